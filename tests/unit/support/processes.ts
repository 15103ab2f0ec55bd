import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

// Long enough for a busy machine: only a failing test waits for it.
const timeoutMs = 120_000

/**
 * Sends a signal.
 *
 * @param pid negative: to the group
 * @throws when there is no such process; 0, which is the group of the tests, is none
 */
export function signalProcess(pid: number | undefined, signal: NodeJS.Signals): void {
  if (!pid || Math.abs(pid) === 1) throw new Error(`no process to send ${signal} to`)
  process.kill(pid, signal)
}

/**
 * Waits for a condition.
 *
 * @param what the message of the error at the timeout
 * @param everyMs the polling interval; reading all of /proc is slow
 */
export async function waitUntil(
  condition: () => boolean,
  what: () => string,
  everyMs = 20,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(what())
    await delay(everyMs)
  }
}

/** The running processes with a text in their environment or command line, on Linux. */
export function processesWith(
  file: 'environ' | 'cmdline',
  text: string,
): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && read(name, file).includes(text))
    .map((name) => ({
      pid: Number(name),
      command: read(name, 'cmdline').replaceAll('\0', ' '),
    }))
}

function read(name: string, file: string): string {
  try {
    return readFileSync(`/proc/${name}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
