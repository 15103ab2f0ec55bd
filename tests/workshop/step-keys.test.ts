import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { Clone } from './step-clone.ts'
import { stays, stubborn } from './step-programs.ts'
import { type Terminal, until } from './step-terminal.ts'

// Gives a program a terminal of its own, and us both ends of it.
const pty = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)'
const python = spawnSync('python3', ['-c', 'import pty']).status === 0
const possible = python && process.platform === 'linux'
if (!possible) console.warn('SKIPPED: the keys of npm run step. They need Linux and python3.')

const writes = `
import { writeFileSync } from 'node:fs'
setInterval(() => {}, 1000)
process.once('SIGTERM', () => setTimeout(() => {
  console.log('farewell')
  writeFileSync('farewell', 'said')
  process.exit()
}, 150))
console.log('is here')`

type OnFinished = TestContext['onTestFinished']

function newClone(onFinished: OnFinished): Promise<Clone> {
  const programs = { '91-stays': stays, '92-writes': writes, '93-stubborn': stubborn }
  return Clone.make(programs, onFinished)
}

// The shell stands for the one the learner comes back to.
function type(clone: Clone, step: string): Terminal {
  const line =
    `before=$(stty -g); "${process.execPath}" workshop/door.cjs step ${step}; echo "left: $?"; ` +
    'until [ "$(stty -g)" = "$before" ]; do sleep 0.1; done; echo restored'
  return clone.start('python3', ['-c', pty, 'sh', '-c', line])
}

function runnerOf(clone: Clone): number {
  const found = clone.leftovers().find(({ command }) => /^\S*node workshop.door/.test(command))
  return found?.pid ?? 0
}

describe.runIf(possible).concurrent('on a terminal', () => {
  test('keys start, stop and show', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = type(clone, '91')
    await terminal.see(/Keys: [^]*web\.1 is here/)
    terminal.type('+')
    await terminal.see(/web\.2 is here/)
    terminal.type('2')
    await terminal.see(/web\.2 says farewell[^]*web\.2 \| \(ended with exit code 0\)/)
    terminal.type('+')
    await terminal.see(/web\.3 is here/)
    terminal.type('-')
    await terminal.see(/web\.3 says farewell[^]*web\.3 \| \(ended/)
    terminal.type('5w')
    await terminal.see(/There is no instance 5[^]*The wire is shown/)
    terminal.type('rr')
    await terminal.see(/Redis is gone[^]*Redis is back/)
    terminal.type('q')
    await terminal.see(/web\.1 says farewell[^]*left: 0[^]*restored/)
    expect(terminal.count('web.1 says farewell')).toBe(1)
    await clone.quiet()
  })

  test('it waits for a save when nothing runs any more', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = type(clone, '91')
    await terminal.see(/web\.1 is here/)
    terminal.type('1')
    await terminal.see(/Nothing is running\. Save a file/)
    await clone.save('91-stays', stays.replace('is here', 'is back'))
    await terminal.see(/web\.1 is back/)
    expect(terminal.count('Nothing is running')).toBe(1)
    terminal.type('\u0003')
    await terminal.see(/left: 0[^]*restored/)
  })

  test('a second Ctrl+C does not wait', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = type(clone, '93')
    await terminal.see(/is here/)
    terminal.type('\u0003')
    await terminal.see(/Waiting for web\.1/)
    terminal.type('\u0003')
    await terminal.see(/killed[^]*left: 0[^]*restored/)
    await clone.quiet()
  })

  test('the terminal is restored after SIGKILL', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = type(clone, '91')
    await terminal.see(/web\.1 is here/)
    process.kill(runnerOf(clone), 'SIGKILL')
    await terminal.see(/left: 137[^]*restored/)
    await clone.quiet()
  })

  test('a closed terminal does not cut the farewell', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const terminal = type(clone, '92')
    await terminal.see(/is here/)
    terminal.signal('SIGKILL')
    await clone.quiet()
    const said = () => existsSync(join(clone.folder, 'farewell'))
    await until(said, () => 'no farewell')
  })
})
