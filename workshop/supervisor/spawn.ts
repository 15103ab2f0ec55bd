import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { tool } from './compile.ts'
import { instanceEnvironment } from './environment.ts'
import { markVariable, newMark } from './mark.ts'
import { register, startReaper } from './reap.ts'

/** A Node process under the reaper's care. */
export interface Spawned {
  child: ChildProcess
  mark: string
}

// Node itself runs the file, without a shell in between, so that signals reach the program.
async function spawnNode(file: string, env: Record<string, string>): Promise<Spawned> {
  const guard = pathToFileURL(await tool('guard')).href
  const mark = newMark()
  // First the reaper: whatever happens to us now, somebody will look after the process.
  await startReaper()
  const child = spawn(process.execPath, ['--enable-source-maps', '--import', guard, file], {
    detached: true,
    env: { ...instanceEnvironment(env), ...markVariable(mark) },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  await once(child, 'spawn')
  if (child.pid) await register(child.pid)
  return { child, mark }
}

const waiting: Promise<Spawned>[] = []
let wanted = 0

/**
 * Keeps so many processes ready in which everything is loaded already. It returns at once;
 * they get ready in the background, and every one that is used is replaced by `refill`.
 */
export function keepWarm(count: number): void {
  wanted = count
  refill()
}

/** Starts as many waiting processes as are missing. Best called when nothing else is to be done. */
export function refill(): void {
  while (waiting.length < wanted) {
    waiting.push(tool('warm').then((file) => spawnNode(file, {})))
  }
}

/** Ends the waiting processes. */
export async function endWarm(): Promise<void> {
  wanted = 0
  const spawned = await Promise.all(waiting.splice(0))
  await Promise.all(
    spawned.map(async ({ child }) => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }),
  )
}

/**
 * Starts a program, in a waiting process if there is one.
 *
 * @param file made by `compile`
 * @param env its config vars
 */
export async function spawnProgram(
  file: string,
  env: Record<string, string>,
): Promise<Spawned> {
  // Node reads these before any program runs.
  const early = Object.keys(env).some((name) => name.startsWith('NODE_'))
  const warm = early ? undefined : await waiting.shift()
  const pipe = warm?.child.stdio[4]
  if (!warm || warm.child.exitCode !== null || !(pipe instanceof Writable)) {
    return spawnNode(file, env)
  }
  pipe.on('error', () => {}) // It has died meanwhile; that it ended says enough.
  pipe.end(JSON.stringify({ file, env }) + '\n')
  return warm
}
