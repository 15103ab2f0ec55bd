import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExitResult } from '../../../workshop/dev/cli-process.ts'
import { CheckFixture, goal, right } from './check-fixture.ts'

const wrong = "console.log('other')\n"

describe('`check` without a step', () => {
  let course: CheckFixture
  let results: ExitResult[]

  beforeAll(async () => {
    course = await CheckFixture.make({ '01-one': right, '02-two': wrong, '03-three': right })
    results = [
      await course.run('check'),
      await course.run('check 3'),
      await course.run('check'),
    ]
    await course.write('steps/02-two/index.ts', right)
    results.push(await course.run('check'), await course.run('check'))
  })

  afterAll(() => course.remove())

  test('runs the first step that has not passed, and prints the next one after a pass', () => {
    expect(results[0]).toMatchObject({ code: 0, stderr: '' })
    expect(results[0]?.stdout).toMatch(/^Checking steps\/01-one with \S+/)
    expect(results[0]?.stdout).toContain(`passed      ${goal}`)
    expect(results[0]?.stdout).toMatch(/Step 1 passed\. Next: step 2, two/)
    expect(results[0]?.stdout).toContain('steps/02-two/README.md')
  })

  test('reports a skipped step after `check 3`', () => {
    expect(results[1]?.code).toBe(0)
    expect(results[1]?.stdout).toMatch(/skipped ahead.* Still open: step 2\./)
  })

  test('prints Expected, Received, Likely, Look at and the next command for a failure', () => {
    expect(results[2]?.code).toBe(1)
    expect(results[2]?.stdout).toMatch(/^Checking steps\/02-two/)
    expect(results[2]?.stdout).toContain(`not yet     ${goal}`)
    for (const field of ['Expected', 'Received', 'Likely', 'Look at']) {
      expect(results[2]?.stdout).toMatch(new RegExp(`^${field} `, 'm'))
    }
    expect(results[2]?.stdout).toMatch(/What it printed:\n {2}web\.1 \| other/)
    expect(results[2]?.stdout).toContain(
      'steps/02-two is still the starter: begin with TODO(1)',
    )
    expect(results[2]?.stdout).toContain('npm run hint 2')
  })

  test('reports the end of the course after the last step', () => {
    expect(results[3]).toMatchObject({ code: 0 })
    expect(results[3]?.stdout).toContain('the whole course')
    expect(results[4]).toMatchObject({ code: 0 })
    expect(results[4]?.stdout).toMatch(/^Every step has passed/)
  })
})

describe('`check` with arguments', () => {
  let course: CheckFixture

  beforeAll(async () => {
    course = await CheckFixture.make({ '01-one': wrong, '02-two': wrong })
    await course.write('tests/02-two.test.ts', brokenSuite)
  })

  afterAll(() => course.remove())

  test('`check 1 solution` checks the solution and does not change the progress', async () => {
    const { code, stdout } = await course.run('check 1 solution')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Checking solutions\/01-one /)
    expect((await course.run('progress')).stdout).toContain('0 of 2 passed')
  })

  test('`check all` lists every step, and names the step whose failure it prints', async () => {
    await course.write('tests/02-two.test.ts', brokenSuite.replace('throw', 'void'))
    const { code, stdout } = await course.run('check all')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^Checking steps\/01-one, steps\/02-two /)
    expect(stdout).toMatch(
      /not yet {2}steps\/01-one, 0 of 1 goals\n.*passed .*steps\/02-two, 1/,
    )
    expect(stdout).toMatch(/In steps\/01-one:\n\nExpected /)
  })

  test('an error in the workshop itself ends with exit code 3, and no verdict', async () => {
    await course.write('tests/02-two.test.ts', brokenSuite)
    const { code, stdout, stderr } = await course.run('check 2')
    expect(code).toBe(3)
    expect(stderr).toContain('the suite itself is broken')
    expect(stdout).not.toContain('Expected')
  })

  test('`chekc` is refused in one line, with exit code 2', async () => {
    const { code, stdout, stderr } = await course.run('chekc')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^There is no command "chekc"\. There are: start, step, check.*\n$/)
  })
})

const brokenSuite = `import { defineCheck } from '../workshop/check/suite.ts'

defineCheck('02-two', { diagnoses: [] }, (goal) => {
  goal('prints hello', async () => {
    throw new TypeError('the suite itself is broken')
  })
})
`
