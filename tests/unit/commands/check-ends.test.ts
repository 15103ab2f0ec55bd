import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CheckFixture, right, silent } from './check-fixture.ts'

// Running processes are read from /proc.
describe.skipIf(process.platform !== 'linux')('a running check', () => {
  let course: CheckFixture

  beforeAll(async () => {
    course = await CheckFixture.make({
      '01-right': right,
      '02-silent': silent,
      '03-ignores-sigterm': `process.on('SIGTERM', () => {})\n${silent}`,
      '04-saved-meanwhile': silent,
    })
  })

  afterAll(() => course.remove())

  async function startCheck(slug: string) {
    const check = course.start(`check ${slug}`)
    const isRunning = () =>
      course.processes().some((line) => line.includes(`/${slug}/index.ts`))
    await expect.poll(isRunning, { timeout: 120_000 }).toBe(true)
    return check
  }

  async function expectNoProcess() {
    await expect.poll(() => course.processes(), { timeout: 120_000 }).toEqual([])
  }

  test('ended by Ctrl+C leaves no process', async () => {
    const check = await startCheck('02-silent')
    check.interrupt()
    const { code, signal, stdout } = await check.ended
    expect(['SIGINT', 130]).toContain(signal ?? code)
    expect(stdout).not.toContain('Expected')
    await expectNoProcess()
  })

  test('reports that a file was saved meanwhile', async () => {
    const check = await startCheck('04-saved-meanwhile')
    // A busy machine runs a goal again, with what was saved: that is wrong as well. One that is
    // too busy cannot judge it, and exits with 2.
    await course.write('steps/04-saved-meanwhile/index.ts', `${silent}\n`)
    const { code, stderr } = await check.ended
    expect([1, 2]).toContain(code)
    expect(stderr).toContain(
      'A file of steps/04-saved-meanwhile was changed while the check ran',
    )
  })

  test('ended by SIGKILL leaves no process, also when a program ignores SIGTERM', async () => {
    const check = await startCheck('03-ignores-sigterm')
    check.signal('SIGKILL')
    await check.ended
    await expectNoProcess()
  })
})

describe('two checks at once', () => {
  let course: CheckFixture

  beforeAll(async () => {
    course = await CheckFixture.make({ '01-right': right, '02-wrong': 'process.exit(1)\n' })
  })

  afterAll(() => course.remove())

  test('have independent results', async () => {
    const words = ['check 1', 'check 1', 'check 2']
    const results = await Promise.all(words.map((what) => course.run(what)))
    expect(results.map(({ code }) => code)).toEqual([0, 0, 1])
    expect(results[2]?.stdout).toContain('exit code 1')
  })
})
