import { spawn, spawnSync } from 'node:child_process'
import type { Writable } from 'node:stream'
import { compileOwnTool } from './own-tool.ts'
import { runTag } from './process-tag.ts'
import { startTimeOf } from './processes.ts'

let starting: Promise<void> | undefined
let pipe: Writable | undefined

/**
 * Starts the reaper, a small process that outlives this one: when this process ends without
 * stopping what it has started, the reaper stops it. From now on it knows all processes with
 * this process's tag.
 */
export async function startReaper(): Promise<void> {
  starting ??= spawnReaper().catch((error: unknown) => {
    starting = undefined // The next start tries again.
    throw error
  })
  await starting
}

/** What distinguishes a group from a later one with the same number. */
export interface GroupIdentity {
  /** See `startTimeOf`. */
  start: number
  /** See `setScore`. */
  score: number | undefined
}

/**
 * Puts a process group on the reaper's list: at once when the reaper runs, for this process can
 * be killed while it spawns the next one.
 *
 * @param group the pid of a process that was spawned `detached`
 */
export async function trackGroup(
  group: number,
  { start, score }: GroupIdentity = { start: startTimeOf(group), score: undefined },
): Promise<void> {
  if (!pipe) await startReaper()
  sendLine(`+${group} ${start}${score === undefined ? '' : ` ${score}`}`)
}

/** Takes a process group that has ended off the reaper's list. */
export function untrackGroup(group: number): void {
  sendLine(`-${group}`)
}

/**
 * Has the reaper restore the terminal to what it is now when this process is killed.
 * Call it before the terminal is changed. Does nothing where there is no `stty`.
 */
export async function saveTtyState(): Promise<void> {
  const stty = spawnSync('stty', ['-g'], { stdio: [0, 'pipe', 'ignore'], encoding: 'utf8' })
  if (stty.status !== 0) return
  await startReaper()
  sendLine(`t${stty.stdout.trim()}`)
}

/** The terminal is restored: the reaper leaves it alone. */
export function clearTtyState(): void {
  sendLine('t')
}

/** For servers that are started elsewhere. */
export const reaper = { start: startReaper, track: trackGroup, remove: removeFolder }

function removeFolder(folder: string): void {
  sendLine(`r${folder}`)
}

function sendLine(line: string): void {
  if (pipe?.writable) pipe.write(`${line}\n`)
}

async function spawnReaper(): Promise<void> {
  const file = await compileOwnTool('process/reaper')
  const child = spawn(process.execPath, [file, runTag], {
    detached: true,
    // It gets the terminal, if there is one, to be able to restore it.
    stdio: ['pipe', 'ignore', 'ignore', process.stdin.isTTY ? 0 : 'ignore'],
  })
  // Without a reaper a command still works; only a SIGKILL then leaves processes behind.
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  // It must not keep this process running.
  child.unref()
  if (!child.stdin) throw new Error('the reaper has no pipe')
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  pipe = child.stdin
}
