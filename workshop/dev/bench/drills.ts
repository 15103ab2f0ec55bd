import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { dataPath } from '../../paths.ts'
import { sendSignal } from '../../process/processes.ts'
import { copyWorkspace } from '../workspace-copy.ts'
import { Enclosure } from './enclosure.ts'

const drills = { short: 12, long: 500 }
const latestMs = 6_000
// The reaper gives a program four seconds.
const graceMs = 20_000

const commands = [
  ['step', '1'],
  ['solution', '3', '2'],
  ['solution', '9', 'wire'],
  ['check', '4', 'solution'],
  ['check', '6', 'solution'],
  ['check', '12', 'solution'],
  ['solution', '12'],
  ['watch', '3'],
  ['start', 'guide'],
  ['slides'],
  ['classroom', '127.0.0.1:0'],
]

type Running = { child: ChildProcess; enclosure: Enclosure }

/** What is done to a command. */
const attacks: Record<string, (running: Running) => Promise<void> | void> = {
  'SIGKILL to npm': ({ child }) => void sendSignal(child.pid ?? 0, 'SIGKILL'),
  'SIGTERM to npm': ({ child }) => void sendSignal(child.pid ?? 0, 'SIGTERM'),
  'SIGKILL to the group': ({ child }) => void sendSignal(-(child.pid ?? 0), 'SIGKILL'),
  'SIGHUP to the group': ({ child }) => void sendSignal(-(child.pid ?? 0), 'SIGHUP'),
  'SIGKILL to the command': (running) => signalToCommand(running, 'SIGKILL'),
  'SIGTERM to the command': (running) => signalToCommand(running, 'SIGTERM'),
  'two Ctrl+C': async ({ child }) => {
    sendSignal(-(child.pid ?? 0), 'SIGINT')
    await delay(300)
    sendSignal(-(child.pid ?? 0), 'SIGINT')
  },
  'npm killed while the command is stopped': async (running) => {
    await signalToCommand(running, 'SIGSTOP')
    sendSignal(running.child.pid ?? 0, 'SIGKILL')
    await delay(200)
    await signalToCommand(running, 'SIGCONT')
  },
  'Redis, daemon and reaper killed, then npm': async (running) => {
    signalTo(running, /redis-server|session-daemon/, 'SIGKILL')
    await delay(500)
    sendSignal(running.child.pid ?? 0, 'SIGTERM')
  },
}

/**
 * `npm run bench drills [short]`: kills every command in every way at random moments, and counts
 * the processes that are left.
 *
 * @returns 0; 1 when a process was left
 */
export async function runDrills(words: string[], signal: AbortSignal): Promise<number> {
  const [word, ...more] = words
  if (more.length > 0 || (word !== undefined && word !== 'short'))
    throw new UserError('It is: npm run bench drills [short]')
  const count = word === 'short' ? drills.short : drills.long
  const folder = dataPath('tmp', `drills-${process.pid}`)
  await copyWorkspace(folder, [
    'package.json',
    'workshop',
    'tests',
    'solutions',
    'steps',
    'slides',
  ])
  const names = Object.keys(attacks)
  let failed = 0
  try {
    // Every attack and every command is used; together they vary.
    for (let i = 0; i < count && !signal.aborted; i++) {
      const command = commands[i % commands.length] ?? []
      const name = names[(i + Math.floor(i / names.length)) % names.length] ?? ''
      if (!(await drill(folder, command, name, signal))) failed += 1
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  console.log(`${count} drills, ${failed} with processes left`)
  return failed > 0 ? 1 : 0
}

async function drill(
  folder: string,
  command: string[],
  attack: string,
  signal: AbortSignal,
): Promise<boolean> {
  const enclosure = new Enclosure(folder)
  try {
    const child = enclosure.spawn('npm', ['run', '-s', ...command], {
      cwd: folder,
      stdio: 'ignore',
      detached: true,
    })
    const ended = once(child, 'exit', { signal })
    ended.catch(() => {}) // It is awaited below.
    const afterMs = Math.round(Math.random() * latestMs)
    await delay(afterMs, undefined, { signal })
    await attacks[attack]?.({ child, enclosure })
    await ended
    const began = performance.now()
    while (enclosure.processes().length > 0 && performance.now() - began < graceMs) {
      await delay(100)
    }
    const left = enclosure.processes()
    const what = `npm run ${command.join(' ')}, ${attack} after ${afterMs} ms`
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(`${what}: ${left.length} left after ${seconds} s`)
    for (const { pid, command: line } of left) console.log(`  ${pid} ${line}`)
    return left.length === 0
  } catch (error) {
    if (signal.aborted) return true // Ctrl+C: it was not judged.
    throw error
  } finally {
    await enclosure.close()
  }
}

// A command that npm has not started yet is waited for.
async function signalToCommand(running: Running, signal: NodeJS.Signals): Promise<void> {
  const { child } = running
  const runs = () => child.exitCode === null && child.signalCode === null
  while (signalTo(running, / workshop.launcher/, signal) === 0 && runs()) await delay(20)
}

/** @returns how many processes match */
function signalTo({ enclosure }: Running, pattern: RegExp, signal: NodeJS.Signals): number {
  const matches = enclosure
    .processes()
    .filter(({ command }) => pattern.test(command) && !command.startsWith('sh '))
  for (const { pid } of matches) sendSignal(pid, signal)
  return matches.length
}
