import type { ChildProcess } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

// Long enough for a machine with other things to do: it is only waited for when it fails.
const timeoutMs = 20_000

/** What is seen in one terminal. */
export class CliProcess {
  /** Everything it has printed. */
  output = ''
  private closed = false
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Resolves when the process has ended; what it started may still print. */
  readonly exited: Promise<void>
  readonly pid: number

  constructor(readonly child: ChildProcess) {
    this.pid = child.pid ?? 0
    const add = (chunk: string) => (this.output += chunk)
    child.stdout?.setEncoding('utf8').on('data', add)
    child.stderr?.setEncoding('utf8').on('data', add)
    child.stdin?.on('error', () => {})
    this.exited = new Promise((resolve) => child.once('exit', () => resolve()))
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.closed = true
        resolve({ code, signal })
      })
    })
  }

  /** Waits until something is printed. @returns what the pattern's group matched */
  async waitForOutput(pattern: RegExp): Promise<string> {
    const seen = () => pattern.test(this.output)
    const missing = () => `no ${pattern} in:\n${this.output}`
    await waitUntil(() => seen() || this.closed, missing)
    if (!seen()) throw new Error(missing())
    return pattern.exec(this.output)?.[1] ?? ''
  }

  /** How often something was printed. */
  count(text: string): number {
    return this.output.split(text).length - 1
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  /** Presses keys. */
  pressKeys(keys: string): void {
    this.child.stdin?.write(keys)
  }
}

/**
 * Waits for a condition.
 *
 * @param what is missing when it does not come
 * @param everyMs how often to look; looking through all processes is not for nothing
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

/** The living processes with a text in their environment or command line, on Linux. */
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
