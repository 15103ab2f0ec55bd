import { spawn, spawnSync } from 'node:child_process'
import type { Writable } from 'node:stream'
import { compileOwnTool } from './compile.ts'
import { runTag } from './process-tag.ts'

let pipe: Promise<Writable> | undefined

/**
 * Starts the reaper, a small process that outlives this one: should this runner die without
 * stopping what it has started, the reaper will. Whatever carries this runner's mark is
 * under its care from now on.
 */
export async function startReaper(): Promise<void> {
  pipe ??= spawnReaper()
  await pipe
}

/**
 * Puts a process group under the reaper's care.
 *
 * @param group the pid of a process that was spawned `detached`
 */
export async function trackGroup(group: number): Promise<void> {
  await startReaper()
  await sendLine(`+${group}`)
}

/** Takes a process group that has ended off the reaper's list. */
export async function untrackGroup(group: number): Promise<void> {
  await sendLine(`-${group}`)
}

/**
 * Has the reaper put the terminal back to what it is now, should this runner be killed.
 * Call it before the terminal is changed. Does nothing where there is no `stty`.
 */
export async function saveTtyState(): Promise<void> {
  const stty = spawnSync('stty', ['-g'], { stdio: [0, 'pipe', 'ignore'], encoding: 'utf8' })
  if (stty.status !== 0) return
  await startReaper()
  await sendLine(`t${stty.stdout.trim()}`)
}

/** The terminal is as it was: the reaper need not touch it. */
export async function clearTtyState(): Promise<void> {
  await sendLine('t')
}

async function sendLine(line: string): Promise<void> {
  const to = await pipe
  if (to?.writable) to.write(`${line}\n`)
}

async function spawnReaper(): Promise<Writable> {
  const file = await compileOwnTool('process/reaper')
  const child = spawn(process.execPath, [file, runTag], {
    detached: true,
    // It gets the terminal, if there is one, to be able to put it back in order.
    stdio: ['pipe', 'ignore', 'ignore', process.stdin.isTTY ? 0 : 'ignore'],
  })
  // Without a reaper a run still works; it only cannot be cleaned up after a SIGKILL.
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  // It must not keep the runner alive: it waits for the runner, not the runner for it.
  child.unref()
  if (!child.stdin) throw new Error('the reaper has no pipe')
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  return child.stdin
}
