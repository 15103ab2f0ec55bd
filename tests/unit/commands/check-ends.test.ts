import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CheckFixture, right, silent } from './check-fixture.ts'

// Who is still there is read from /proc.
describe.skipIf(process.platform !== 'linux')('a check that is ended in the middle', () => {
  let course: CheckFixture

  beforeAll(async () => {
    course = await CheckFixture.make({
      '01-right': right,
      '02-silent': silent,
      '03-deaf': `process.on('SIGTERM', () => {})\n${silent}`,
    })
  })

  afterAll(() => course.remove())

  async function checkIsInTheMiddle(slug: string) {
    const check = course.start(`check ${slug}`)
    const isRunning = () =>
      course.processes().some((line) => line.includes(`/${slug}/index.ts`))
    await expect.poll(isRunning, { timeout: 120_000 }).toBe(true)
    return check
  }

  async function expectNobody() {
    await expect.poll(() => course.processes(), { timeout: 120_000 }).toEqual([])
  }

  test('Ctrl+C leaves nothing behind', async () => {
    const check = await checkIsInTheMiddle('02-silent')
    check.interrupt()
    const { code, signal, stdout } = await check.ended
    expect(['SIGINT', 130]).toContain(signal ?? code)
    expect(stdout).not.toContain('Expected')
    await expectNobody()
  })

  test('SIGKILL leaves nothing behind, not even a program that ignores SIGTERM', async () => {
    const check = await checkIsInTheMiddle('03-deaf')
    check.signal('SIGKILL')
    await check.ended
    await expectNobody()
  })
})

describe('two checks at once', () => {
  let course: CheckFixture

  beforeAll(async () => {
    course = await CheckFixture.make({ '01-right': right, '02-wrong': 'process.exit(1)\n' })
  })

  afterAll(() => course.remove())

  test('do not disturb each other', async () => {
    const words = ['check 1', 'check 1', 'check 2']
    const endings = await Promise.all(words.map((what) => course.run(what)))
    expect(endings.map(({ code }) => code)).toEqual([0, 0, 1])
    expect(endings[2]?.stdout).toContain('exit code 1')
  })
})
