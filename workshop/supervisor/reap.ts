import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { tool } from './compile.ts'

let pipe: Promise<Writable> | undefined

/**
 * Puts a process group under the reaper's care: should this runner die without stopping
 * it, the reaper will.
 *
 * @param group the pid of a process that was spawned `detached`
 */
export async function register(group: number): Promise<void> {
  pipe ??= startReaper()
  ;(await pipe).write(`+${group}\n`)
}

/** Takes a process group that has ended off the reaper's list. */
export async function unregister(group: number): Promise<void> {
  ;(await pipe)?.write(`-${group}\n`)
}

async function startReaper(): Promise<Writable> {
  const child = spawn(process.execPath, [await tool('reaper')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // It must not keep the runner alive: it waits for the runner, not the runner for it.
  child.unref()
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  return child.stdin
}
