import { type TestContext, describe, expect, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'
import { once, stays } from './programs.ts'

type OnFinished = TestContext['onTestFinished']

async function newClone(onFinished: OnFinished, program: string): Promise<WorkspaceFixture> {
  return WorkspaceFixture.create({ '91-edited': program }, onFinished)
}

const linux = process.platform === 'linux'
if (!linux) console.warn('SKIPPED: reload on save. Only /proc can tell what is left.')

describe.runIf(linux).concurrent('a save', () => {
  test('that does not compile shows the place, and what was running goes on', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished, stays)
    const terminal = clone.launch('step', '91')
    await terminal.waitForOutput(/web\.1 is here/)
    await clone.save('91-edited', `const a = 1\nconst b = (2\n`)
    await terminal.waitForOutput(/The instances from before go on/)
    expect(terminal.output).toMatch(/steps\/91-edited\/index\.ts:3:1: Expected/)
    expect(terminal.count('says farewell')).toBe(0)
    await clone.save('91-edited', stays.replace('is here', 'is mended'))
    await terminal.waitForOutput(/web\.1 is mended/)
  })

  test('starts every instance again after its farewell, and the last save wins', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished, stays)
    const terminal = clone.launch('step', '91', '2')
    await terminal.waitForOutput(/web\.2 is here/)
    await clone.save('91-edited', stays.replace('is here', 'is second'))
    await terminal.waitForOutput(/index\.ts was saved: starting again/)
    await clone.save('91-edited', stays.replace('is here', 'is third'))
    await terminal.waitForOutput(/web\.1 is third/)
    await terminal.waitForOutput(/web\.2 is third/)
    expect(terminal.output).toMatch(/starting again[^]*web\.1 says farewell[^]*web\.1 is third/)
    terminal.signal('SIGINT')
    await terminal.ended
    expect(terminal.output).toMatch(/is third[^]*says farewell\n[^]*exit code 0\)\n$/)
    await clone.expectNothingRuns()
  })

  test('is not needed to find a mistake at the start', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished, 'const = 1')
    const terminal = clone.launch('step', '91')
    expect((await terminal.ended).code).toBe(1)
    expect(terminal.output).toMatch(/index\.ts:1:7: Expected[^\n]*\n {4}const = 1\n/)
    await clone.expectNothingRuns()
  })

  test('of the solution reloads the solution', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished, once)
    const terminal = clone.launch('solution', '91')
    expect((await terminal.ended).code).toBe(0)
    expect(terminal.output).toContain('web.1 | done')
  })
})
