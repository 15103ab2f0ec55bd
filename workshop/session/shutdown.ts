import { setTimeout as delay } from 'node:timers/promises'
import { Deferred } from './deferred.ts'

const burstMs = 300

/**
 * The request to end a command: Ctrl+C, SIGTERM (which also stands for the end of npm and of the
 * terminal's reader, see cli.ts) or SIGHUP. Only a further Ctrl+C means "now".
 */
export class ShutdownSignal {
  /** Resolves at the first request. */
  readonly requested = new Deferred<void>()
  /** Resolves when Ctrl+C is pressed once more. */
  readonly forced = new Deferred<void>()
  readonly #onSignal = () => this.request()
  readonly #onInterrupt = () => this.interrupt()
  #requestedAt: number | undefined

  constructor() {
    process.on('SIGINT', this.#onInterrupt)
    process.on('SIGTERM', this.#onSignal)
    process.on('SIGHUP', this.#onSignal)
  }

  /** Requests the shutdown. */
  request(): void {
    this.#requestedAt ??= performance.now()
    this.requested.resolve()
  }

  /** Ctrl+C. It arrives up to three times at once: from the terminal, and again from npm, which can be late. */
  interrupt(): void {
    const earlier = this.#requestedAt
    this.request()
    if (earlier !== undefined && performance.now() - earlier > burstMs) this.forced.resolve()
  }

  /**
   * Whether an error is a consequence of the shutdown. Ctrl+C reaches child processes too, and
   * the failure of one can be noticed before the signal is.
   */
  async explains(): Promise<boolean> {
    await Promise.race([this.requested.promise, delay(burstMs)])
    return this.#requestedAt !== undefined
  }

  /** Listens no more. */
  close(): void {
    process.off('SIGINT', this.#onInterrupt)
    process.off('SIGTERM', this.#onSignal)
    process.off('SIGHUP', this.#onSignal)
  }
}
