import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'
import { longRunning, ignoresSigterm } from './programs.ts'
import type { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { signalProcess, waitUntil } from '../support/processes.ts'

// Runs a program in a pseudo-terminal whose other end is the stdin and stdout of the test.
const pty = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)'
const python = spawnSync('python3', ['-c', 'import pty']).status === 0
const possible = python && process.platform === 'linux'
if (!possible) console.warn('SKIPPED: the keys of npm run step. They need Linux and python3.')

const writesFile = `
import { writeFileSync } from 'node:fs'
setInterval(() => {}, 1000)
process.once('SIGTERM', () => setTimeout(() => {
  writeFileSync('stopped', '')
  process.exit()
}, 150))
console.log('is here')`

type OnFinished = TestContext['onTestFinished']

function newClone(onFinished: OnFinished): Promise<WorkspaceFixture> {
  const programs = {
    '91-long-running': longRunning,
    '92-writes-file': writesFile,
    '93-ignores-sigterm': ignoresSigterm,
  }
  return WorkspaceFixture.create(programs, onFinished)
}

// `sh` is the learner's shell: it goes on when the command has ended.
function type(
  clone: WorkspaceFixture,
  command: string,
  env: Record<string, string> = {},
): CliProcess {
  const line =
    `before=$(stty -g); "${process.execPath}" workshop/launcher.cjs ${command}; echo "left: $?"; ` +
    'until [ "$(stty -g)" = "$before" ]; do sleep 0.1; done; echo restored'
  return clone.start('python3', ['-c', pty, 'sh', '-c', line], env)
}

function runnerOf(clone: WorkspaceFixture): number | undefined {
  const found = clone
    .leftovers()
    .find(({ command }) => /^\S*node workshop.launcher/.test(command))
  return found?.pid
}

describe.runIf(possible).concurrent('on a terminal', () => {
  test('keys start and stop instances, show the wire, and disable Redis', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const terminal = type(clone, 'step 91')
    await terminal.waitForOutput(/Keys: [^]*web\.1 is here/)
    terminal.pressKeys('+')
    await terminal.waitForOutput(/web\.2 is here/)
    terminal.pressKeys('2')
    await terminal.waitForOutput(/web\.2 has shut down[^]*web\.2 \| \(ended with exit code 0\)/)
    terminal.pressKeys('+')
    await terminal.waitForOutput(/web\.3 is here/)
    terminal.pressKeys('-')
    await terminal.waitForOutput(/web\.3 has shut down[^]*web\.3 \| \(ended/)
    terminal.pressKeys('5w')
    await terminal.waitForOutput(/There is no instance 5[^]*The wire is shown/)
    terminal.pressKeys('rr')
    await terminal.waitForOutput(/Redis is down[^]*Redis is back/)
    terminal.pressKeys('q')
    await terminal.waitForOutput(/web\.1 has shut down[^]*left: 0[^]*restored/)
    expect(terminal.count('web.1 has shut down')).toBe(1)
    await clone.expectNothingRuns()
  })

  test('keys move a slot, kill a primary, and start it again', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    await writeFile(join(clone.folder, 'steps', '91-long-running', 'cluster-address.ts'), '')
    const terminal = type(clone, 'step 91')
    await terminal.waitForOutput(/slots 0-5461[^]*Keys of the cluster[^]*web\.1 is here/)
    terminal.pressKeys('m')
    await terminal.waitForOutput(/Slot 0 has moved/)
    terminal.pressKeys('k')
    await terminal.waitForOutput(/is killed[^]*has taken over/)
    terminal.pressKeys('ks')
    await terminal.waitForOutput(/is back, as a replica[^]*slots 1-5461/)
    terminal.pressKeys('q')
    await terminal.waitForOutput(/left: 0/)
    const left = readdirSync(join(clone.folder, '.workshop', 'run'))
    expect(left.filter((name) => name.startsWith('cluster-'))).toEqual([])
    await clone.expectNothingRuns()
  })

  test('the command waits for a save when no instance is running', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const terminal = type(clone, 'step 91')
    await terminal.waitForOutput(/web\.1 is here/)
    terminal.pressKeys('1')
    await terminal.waitForOutput(/Nothing is running\. Save a file/)
    await clone.save('91-long-running', longRunning.replace('is here', 'is back'))
    await terminal.waitForOutput(/web\.1 is back/)
    expect(terminal.count('Nothing is running')).toBe(1)
    terminal.pressKeys('\u0003')
    await terminal.waitForOutput(/left: 0[^]*restored/)
  })

  test('a second Ctrl+C kills the instances at once', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = type(clone, 'step 93')
    await terminal.waitForOutput(/is here/)
    terminal.pressKeys('\u0003')
    await terminal.waitForOutput(/Waiting for web\.1/)
    terminal.pressKeys('\u0003')
    await terminal.waitForOutput(/killed[^]*left: 0[^]*restored/)
    await clone.expectNothingRuns()
  })

  test('SIGKILL to the runner leaves the terminal in the mode it had before', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const terminal = type(clone, 'step 91')
    await terminal.waitForOutput(/web\.1 is here/)
    signalProcess(runnerOf(clone), 'SIGKILL')
    await terminal.waitForOutput(/left: 137[^]*restored/)
    await clone.expectNothingRuns()
  })

  test('o opens the page of a command in the browser', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const browser = join(clone.folder, 'browser')
    await writeFile(browser, '#!/bin/sh\necho "$1" > opened\n', { mode: 0o755 })
    const terminal = type(clone, 'start', { BROWSER: browser })
    const url = await terminal.waitForOutput(/The guide is at (\S+) {3}\(o opens it/)
    terminal.pressKeys('o')
    const opened = () => existsSync(join(clone.folder, 'opened'))
    await waitUntil(opened, () => 'nothing was opened')
    expect(readFileSync(join(clone.folder, 'opened'), 'utf8').trim()).toBe(url)
    terminal.pressKeys('q')
    await terminal.waitForOutput(/left: 0[^]*restored/)
    await clone.expectNothingRuns()
  })

  test('closing the terminal lets the SIGTERM handler of the program finish', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const terminal = type(clone, 'step 92')
    await terminal.waitForOutput(/is here/)
    terminal.signal('SIGKILL')
    await clone.expectNothingRuns()
    const hasShutDown = () => existsSync(join(clone.folder, 'stopped'))
    await waitUntil(hasShutDown, () => 'the program did not finish its shutdown')
  })
})
