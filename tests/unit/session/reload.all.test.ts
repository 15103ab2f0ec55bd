import { type TestContext, describe, expect, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'
import { endsAtOnce, longRunning } from './programs.ts'

type OnFinished = TestContext['onTestFinished']

async function newClone(onFinished: OnFinished, program: string): Promise<WorkspaceFixture> {
  return WorkspaceFixture.create({ '91-edited': program }, onFinished)
}

const linux = process.platform === 'linux'
if (!linux)
  console.warn('SKIPPED: reload on save. The processes that are left are found in /proc.')

describe.runIf(linux).concurrent('reload on save', () => {
  test('a save that does not compile prints the line, and the running instances go on', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished, longRunning)
    const terminal = clone.launch('step', '91')
    await terminal.waitForOutput(/web\.1 is here/)
    await clone.save('91-edited', `const a = 1\nconst b = (2\n`)
    await terminal.waitForOutput(/The instances from before go on/)
    expect(terminal.output).toMatch(/steps\/91-edited\/index\.ts:3:1: Expected/)
    expect(terminal.count('has shut down')).toBe(0)
    await clone.save('91-edited', longRunning.replace('is here', 'is fixed'))
    await terminal.waitForOutput(/web\.1 is fixed/)
  })

  test('every instance shuts down before it starts again, and runs the last save', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished, longRunning)
    const terminal = clone.launch('step', '91', '2')
    await terminal.waitForOutput(/web\.2 is here/)
    await clone.save('91-edited', longRunning.replace('is here', 'is second'))
    await terminal.waitForOutput(/index\.ts was saved: starting again/)
    await clone.save('91-edited', longRunning.replace('is here', 'is third'))
    await terminal.waitForOutput(/web\.1 is third/)
    await terminal.waitForOutput(/web\.2 is third/)
    expect(terminal.output).toMatch(/starting again[^]*web\.1 has shut down[^]*web\.1 is third/)
    terminal.signal('SIGINT')
    await terminal.ended
    expect(terminal.output).toMatch(/is third[^]*has shut down\n[^]*exit code 0\)\n$/)
    await clone.expectNothingRuns()
  })

  test('a program that does not compile at the start ends the command with exit code 1', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished, 'const = 1')
    const terminal = clone.launch('step', '91')
    expect((await terminal.ended).code).toBe(1)
    expect(terminal.output).toMatch(/index\.ts:1:7: Expected[^\n]*\n {4}const = 1\n/)
    await clone.expectNothingRuns()
  })

  test('`npm run solution` runs the solution', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished, endsAtOnce)
    const terminal = clone.launch('solution', '91')
    expect((await terminal.ended).code).toBe(0)
    expect(terminal.output).toContain('web.1 | done')
  })
})
