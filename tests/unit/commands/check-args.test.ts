import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExitResult } from '../../../workshop/dev/cli-process.ts'
import { CheckFixture, goal, right } from './check-fixture.ts'

const wrong = "console.log('good-bye')\n"

describe('on the way through the course', () => {
  let course: CheckFixture
  let endings: ExitResult[]

  beforeAll(async () => {
    course = await CheckFixture.make({ '01-one': right, '02-two': wrong, '03-three': right })
    endings = [
      await course.run('check'),
      await course.run('check 3'),
      await course.run('check'),
    ]
    await course.write('steps/02-two/index.ts', right)
    endings.push(await course.run('check'), await course.run('check'))
  })

  afterAll(() => course.remove())

  test('`check` takes the first step that has not passed; passing names the next', () => {
    expect(endings[0]).toMatchObject({ code: 0, stderr: '' })
    expect(endings[0]?.stdout).toMatch(/^Checking steps\/01-one with \S+/)
    expect(endings[0]?.stdout).toContain(`passed      ${goal}`)
    expect(endings[0]?.stdout).toMatch(/Step 1 passed\. Next: step 2, two/)
    expect(endings[0]?.stdout).toContain('steps/02-two/README.md')
  })

  test('skipping ahead is allowed, and said', () => {
    expect(endings[1]?.code).toBe(0)
    expect(endings[1]?.stdout).toMatch(/skipped ahead.* Still open: step 2\./)
  })

  test('a step that has not passed says what to do, and why', () => {
    expect(endings[2]?.code).toBe(1)
    expect(endings[2]?.stdout).toMatch(/^Checking steps\/02-two/)
    expect(endings[2]?.stdout).toContain(`not yet     ${goal}`)
    for (const field of ['Expected', 'Received', 'Likely', 'Look at']) {
      expect(endings[2]?.stdout).toMatch(new RegExp(`^${field} `, 'm'))
    }
    expect(endings[2]?.stdout).toMatch(/What it printed:\n {2}web\.1 \| good-bye/)
    expect(endings[2]?.stdout).toContain(
      'steps/02-two is still the starter: begin with TODO(1)',
    )
    expect(endings[2]?.stdout).toContain('npm run hint 2')
  })

  test('passing the last one ends the course', () => {
    expect(endings[3]).toMatchObject({ code: 0 })
    expect(endings[3]?.stdout).toContain('the whole course')
    expect(endings[4]).toMatchObject({ code: 0 })
    expect(endings[4]?.stdout).toMatch(/^Every step has passed/)
  })
})

describe('with other words', () => {
  let course: CheckFixture

  beforeAll(async () => {
    course = await CheckFixture.make({ '01-one': wrong, '02-two': wrong })
    await course.write('tests/02-two.test.ts', brokenGate)
  })

  afterAll(() => course.remove())

  test('`check 1 solution` checks the solution and leaves the progress alone', async () => {
    const { code, stdout } = await course.run('check 1 solution')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Checking solutions\/01-one /)
    expect((await course.run('progress')).stdout).toContain('0 of 2 passed')
  })

  test('`check all` names every step, and whose failure it shows', async () => {
    await course.write('tests/02-two.test.ts', brokenGate.replace('throw', 'void'))
    const { code, stdout } = await course.run('check all')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^Checking steps\/01-one, steps\/02-two /)
    expect(stdout).toMatch(
      /not yet {2}steps\/01-one, 0 of 1 goals\n.*passed .*steps\/02-two, 1/,
    )
    expect(stdout).toMatch(/In steps\/01-one:\n\nExpected /)
  })

  test('a bug of the workshop is no fault of the learner: exit code 3', async () => {
    await course.write('tests/02-two.test.ts', brokenGate)
    const { code, stdout, stderr } = await course.run('check 2')
    expect(code).toBe(3)
    expect(stderr).toContain('the gate itself is broken')
    expect(stdout).not.toContain('Expected')
  })

  test.each([
    ['check 13', /There is no step 13\. The steps are 1 to 2: one, two/],
    ['check foo', /There is no step "foo"/],
    ['check 1 2', /One step at a time: npm run check 1/],
    ['check all 1', /Either all or step 1/],
    ['chekc', /There is no command "chekc"\. There are: start, step, check/],
  ])('`%s` is answered in one line', async (words, answer) => {
    const { code, stdout, stderr } = await course.run(words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(answer)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

const brokenGate = `import { defineCheck } from '../workshop/check/suite.ts'

defineCheck('02-two', { diagnoses: [] }, (goal) => {
  goal('says hello', async () => {
    throw new TypeError('the gate itself is broken')
  })
})
`
