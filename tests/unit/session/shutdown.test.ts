import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'
import { once, parent, stays, stubborn } from './programs.ts'
import type { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { signalProcess, waitUntil } from '../support/processes.ts'

const linux = process.platform === 'linux'
if (!linux) console.warn('SKIPPED: ways out of npm run step. Only /proc can tell what is left.')

type OnFinished = TestContext['onTestFinished']

async function newClone(onFinished: OnFinished): Promise<WorkspaceFixture> {
  return WorkspaceFixture.create(
    {
      '91-once': once,
      '92-stays': stays,
      '93-stubborn': stubborn,
      '94-parent': parent,
      '95-fails': 'process.exitCode = 3',
    },
    onFinished,
  )
}

async function startTwoInstances(
  clone: WorkspaceFixture,
  how: 'npm' | 'launch' = 'launch',
): Promise<CliProcess> {
  const terminal = clone[how]('step', '92', '2')
  await terminal.waitForOutput(/web\.1 is here/)
  await terminal.waitForOutput(/web\.2 is here/)
  // What the tests count later is really there now.
  const commands = clone.leftovers().map(({ command }) => command)
  expect(commands.filter((command) => /92-stays[-/]index/.test(command))).toHaveLength(2)
  expect(clone.redisServers()).toHaveLength(1)
  return terminal
}

function expectGracefulShutdown(terminal: CliProcess): void {
  expect(terminal.count('web.1 says farewell')).toBe(1)
  expect(terminal.count('web.2 says farewell')).toBe(1)
}

// As soon as the launcher has noted who started it.
async function findRunner(clone: WorkspaceFixture): Promise<number> {
  const launcher = /^\S*node workshop.launcher/
  let pid = 0
  await waitUntil(
    () => (pid = clone.leftovers().find(({ command }) => launcher.test(command))?.pid ?? 0) > 0,
    () => 'no runner',
  )
  await waitUntil(
    () => existsSync(join(clone.folder, '.workshop')),
    () => 'the launcher does not begin',
  )
  return pid
}

describe.runIf(linux).concurrent('nothing is left behind', () => {
  test('after the programs have ended by themselves', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = clone.npm('step', '91', '2')
    expect(await terminal.ended).toMatchObject({ code: 0, signal: null })
    expect(terminal.output).toMatch(/web\.1 \| done\n[^]*web\.1 \| \(ended with exit code 0\)/)
    expect(terminal.count('| done')).toBe(2)
    await clone.expectNothingRuns()
  })

  test('after a program that failed', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = clone.launch('step', '95')
    expect((await terminal.ended).code).toBe(1)
    expect(terminal.output).toContain('web.1 | (ended with exit code 3)')
    await clone.expectNothingRuns()
  })

  test('after Ctrl+C that arrives three times at once', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = await startTwoInstances(clone, 'npm')
    signalProcess(-terminal.pid, 'SIGINT')
    signalProcess(-terminal.pid, 'SIGINT')
    signalProcess(-terminal.pid, 'SIGINT')
    await terminal.ended
    expectGracefulShutdown(terminal)
    expect(terminal.output).not.toContain('npm error')
    await clone.expectNothingRuns()
  })

  test('after a second Ctrl+C, which does not wait', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = clone.launch('step', '93')
    await terminal.waitForOutput(/is here/)
    terminal.signal('SIGINT')
    await terminal.waitForOutput(/web\.1 \| no/)
    await terminal.waitForOutput(/Waiting for web\.1/)
    terminal.signal('SIGINT')
    expect((await terminal.ended).code).toBe(0)
    expect(terminal.output).toContain('killed')
    await clone.expectNothingRuns()
  })

  test('of a program that ignores SIGTERM', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = clone.launch('step', '93')
    await terminal.waitForOutput(/is here/)
    terminal.signal('SIGTERM')
    expect((await terminal.ended).code).toBe(0)
    expect(terminal.count('web.1 | no')).toBe(1)
    expect(terminal.output).toContain('(killed: it did not end after SIGTERM)')
    await clone.expectNothingRuns()
  })

  test('after SIGTERM to npm', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = await startTwoInstances(clone, 'npm')
    terminal.signal('SIGTERM')
    await terminal.waitForOutput(/(ended with exit code 0[^]*){2}/)
    expectGracefulShutdown(terminal)
    await clone.expectNothingRuns()
  })

  test('after SIGKILL to npm', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = await startTwoInstances(clone, 'npm')
    terminal.signal('SIGKILL')
    await terminal.waitForOutput(/(ended with exit code 0[^]*){2}/)
    expectGracefulShutdown(terminal)
    await clone.expectNothingRuns()
  })

  test('when npm was killed before the runner could notice', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = clone.npm('step', '92')
    const runner = await findRunner(clone)
    signalProcess(runner, 'SIGSTOP')
    terminal.signal('SIGKILL')
    await terminal.exited
    signalProcess(runner, 'SIGCONT')
    await clone.expectNothingRuns()
  })

  test.for(['SIGTERM', 'SIGHUP'] as const)(
    'after %s to the runner',
    async (signal, { onTestFinished }) => {
      const clone = await newClone(onTestFinished)
      const terminal = await startTwoInstances(clone)
      terminal.signal(signal)
      expect((await terminal.ended).code).toBe(0)
      expectGracefulShutdown(terminal)
      await clone.expectNothingRuns()
    },
  )

  test('after SIGKILL to the runner of a program that ignores SIGTERM', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const terminal = clone.launch('step', '93')
    await terminal.waitForOutput(/is here/)
    terminal.signal('SIGKILL')
    await clone.expectNothingRuns()
  })

  test.for(['SIGTERM', 'SIGKILL'] as const)(
    'of grandchildren, also those that left the group, after %s to the runner',
    async (signal, { onTestFinished }) => {
      const clone = await newClone(onTestFinished)
      const terminal = clone.launch('step', '94')
      await terminal.waitForOutput(/near child is up/)
      await terminal.waitForOutput(/far child is up/)
      terminal.signal(signal)
      await terminal.ended
      await clone.expectNothingRuns()
      if (signal === 'SIGTERM') expect(terminal.output).toContain('left 2 processes behind')
    },
  )

  test('when nobody reads the output any more', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = await startTwoInstances(clone)
    terminal.child.stdout?.destroy()
    terminal.child.stderr?.destroy()
    terminal.signal('SIGHUP')
    expect((await terminal.ended).code).toBe(0)
    await clone.expectNothingRuns()
  })
})
