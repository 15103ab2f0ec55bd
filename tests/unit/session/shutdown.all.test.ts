import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'
import { endsAtOnce, spawnsChildren, longRunning, ignoresSigterm } from './programs.ts'
import type { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { signalProcess, waitUntil } from '../support/processes.ts'

const linux = process.platform === 'linux'
if (!linux)
  console.warn(
    'SKIPPED: the shutdown of npm run step. The processes that are left are found in /proc.',
  )

type OnFinished = TestContext['onTestFinished']

async function newClone(onFinished: OnFinished): Promise<WorkspaceFixture> {
  return WorkspaceFixture.create(
    {
      '91-ends-at-once': endsAtOnce,
      '92-long-running': longRunning,
      '93-ignores-sigterm': ignoresSigterm,
      '94-spawns-children': spawnsChildren,
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
  // Otherwise an empty list at the end proves nothing.
  const commands = clone.leftovers().map(({ command }) => command)
  expect(commands.filter((command) => /92-long-running[-/]index/.test(command))).toHaveLength(2)
  expect(clone.redisServers()).toHaveLength(1)
  return terminal
}

function expectGracefulShutdown(terminal: CliProcess): void {
  expect(terminal.count('web.1 has shut down')).toBe(1)
  expect(terminal.count('web.2 has shut down')).toBe(1)
}

// Waits until the launcher runs the workshop: then it has stored the id of its parent.
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

describe.runIf(linux).concurrent('npm run step leaves no process', () => {
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

  test('after three SIGINTs at once', async ({ onTestFinished }) => {
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

  test('after a second Ctrl+C, which kills the program at once', async ({ onTestFinished }) => {
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

  test('after SIGTERM, when a program ignores it', async ({ onTestFinished }) => {
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

  test('after SIGKILL to npm before the runner watches its parent', async ({
    onTestFinished,
  }) => {
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

  test('after SIGKILL to the runner of a cluster, and no folder', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    await writeFile(join(clone.folder, 'steps', '92-long-running', 'cluster-address.ts'), '')
    const terminal = clone.launch('step', '92')
    await terminal.waitForOutput(/slots 0-5461[^]*web\.1 is here/)
    const folders = () =>
      readdirSync(join(clone.folder, '.workshop', 'run')).filter((name) =>
        name.startsWith('cluster-'),
      )
    expect(folders()).toHaveLength(1)
    terminal.signal('SIGKILL')
    await clone.expectNothingRuns()
    expect(folders()).toEqual([])
  })

  test('after SIGKILL to the runner, when a program ignores SIGTERM', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const terminal = clone.launch('step', '93')
    await terminal.waitForOutput(/is here/)
    terminal.signal('SIGKILL')
    await clone.expectNothingRuns()
  })

  test.for(['SIGTERM', 'SIGKILL'] as const)(
    'after %s to the runner, when a program has children in and outside of its group',
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

  test('after SIGHUP, when its stdout and stderr are closed', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = await startTwoInstances(clone)
    terminal.child.stdout?.destroy()
    terminal.child.stderr?.destroy()
    terminal.signal('SIGHUP')
    expect((await terminal.ended).code).toBe(0)
    await clone.expectNothingRuns()
  })
})
