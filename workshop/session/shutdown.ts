import { readFileSync } from 'node:fs'
import { parentOf } from '../process/processes.ts'
import { Deferred } from './deferred.ts'

const burstMs = 100
const pollMs = 200

/**
 * All the ways in which a runner is asked to end: Ctrl+C, a signal, a closed terminal, and
 * npm being gone. However often it is asked, it is asked once; only a further Ctrl+C means
 * "now".
 */
export class ShutdownSignal {
  /** Resolves when it is first asked to end. */
  readonly requested = new Deferred<void>()
  /** Resolves when it is asked to hurry. */
  readonly forced = new Deferred<void>()
  private readonly onSignal = () => this.request()
  private readonly onInterrupt = () => this.interrupt()
  private readonly timer: NodeJS.Timeout
  private askedAt: number | undefined

  constructor() {
    process.on('SIGINT', this.onInterrupt)
    process.on('SIGTERM', this.onSignal)
    process.on('SIGHUP', this.onSignal)
    // `| head` has read enough, or the terminal is gone: nothing we say will be read.
    process.stdout.on('error', this.onSignal)
    process.stderr.on('error', this.onSignal)
    this.timer = setInterval(parentWatcher(this.onSignal), pollMs).unref()
  }

  /** Asks it to end. */
  request(): void {
    this.askedAt ??= performance.now()
    this.requested.resolve()
  }

  /** Ctrl+C. It arrives up to three times within 10 ms: from the terminal, and again from npm. */
  interrupt(): void {
    const earlier = this.askedAt
    this.request()
    if (earlier !== undefined && performance.now() - earlier > burstMs) this.forced.resolve()
  }

  /** Listens no more. What is written to a closed terminal stays ignored. */
  close(): void {
    clearInterval(this.timer)
    process.off('SIGINT', this.onInterrupt)
    process.off('SIGTERM', this.onSignal)
    process.off('SIGHUP', this.onSignal)
  }
}

// npm runs us through `sh -c`. SIGTERM to npm ends that shell and npm, and nobody tells us.
// SIGKILL to npm ends npm alone: then the shell, if it is still there, has a new parent.
function parentWatcher(end: () => void): () => void {
  if (!process.env['npm_lifecycle_event']) return () => {}
  const parent = process.ppid
  const npm = isShell(parent) ? parentOf(parent) : undefined
  return () => {
    if (process.ppid !== parent) end()
    if (npm !== undefined && parentOf(parent) !== npm) end()
  }
}

// Some shells replace themselves by the last command they run: then our parent is npm.
function isShell(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return /^(ba|da|z|k|a)?sh$/.test(readFileSync(`/proc/${pid}/comm`, 'latin1').trim())
  } catch {
    return false
  }
}
