import { performance } from 'node:perf_hooks'
import type { CommandEvent, RespValue, WireEvent } from './events.ts'
import { eventSize } from './weight.ts'

/** How much a recording keeps. */
export interface RecordingOptions {
  /** Events; the oldest go first. Default 20,000. */
  limit?: number
  /** Characters of text in those events. Default 8 million. */
  textLimit?: number
}

/** What one or more taps saw, in one order: the newest events, a bounded number of them. */
export class Recording {
  readonly #events: WireEvent[] = []
  readonly #sizes = new Map<WireEvent, number>()
  readonly #limit: number
  readonly #textLimit: number
  readonly #listeners = new Set<(event: WireEvent) => void>()
  readonly #connections = new Map<string, number>()
  readonly #began = performance.now()
  #text = 0
  #next = 1

  constructor({ limit = 20_000, textLimit = 8_000_000 }: RecordingOptions = {}) {
    this.#limit = limit
    this.#textLimit = textLimit
  }

  /** Everything kept, oldest first. Live: it grows, and loses its oldest. */
  get events(): readonly WireEvent[] {
    return this.#events
  }

  /** The next `seq`: events from now on have it or a higher one. */
  nextSeq(): number {
    return this.#next
  }

  /**
   * Calls back for every event, and again for a command that got its reply.
   *
   * @returns a function that ends it
   */
  onEvent(listener: (event: WireEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Waits until there is something to see. Looks now and after every change (once, if several
   * came in one packet).
   *
   * @param look returns `undefined` as long as it does not see it
   * @param signal ends the waiting; its reason is what the promise rejects with
   */
  waitFor<T>(
    look: (events: readonly WireEvent[]) => T | undefined,
    signal: AbortSignal,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      let planned = false
      const stop = () => {
        off()
        signal.removeEventListener('abort', abort)
      }
      const abort = () => {
        stop()
        reject(signal.reason)
      }
      const tryNow = () => {
        planned = false
        try {
          const seen = look(this.#events)
          if (seen === undefined) return
          stop()
          resolve(seen)
        } catch (error) {
          stop()
          reject(error)
        }
      }
      const off = this.onEvent(() => {
        if (!planned) queueMicrotask(tryNow)
        planned = true
      })
      signal.addEventListener('abort', abort)
      tryNow()
      if (signal.aborted) abort()
    })
  }

  /** For taps: the number and time of something that happens now. */
  stamp(): { seq: number; at: number } {
    return { seq: this.#next++, at: performance.now() - this.#began }
  }

  /** For taps: the number of an instance's next connection, from 1. */
  nextConnection(instance: string): number {
    const number = (this.#connections.get(instance) ?? 0) + 1
    this.#connections.set(instance, number)
    return number
  }

  /** For taps: keeps an event and tells everybody. */
  add(event: WireEvent): void {
    this.#events.push(event)
    this.#weigh(event, eventSize(event))
    if (this.#events.length > this.#limit || this.#text > this.#textLimit) this.#dropOldest()
    this.#tell(event)
  }

  /** For taps: a command's reply is complete (again, when EXEC brings the real one). */
  setReply(command: CommandEvent, reply: RespValue): void {
    const { seq, at } = this.stamp()
    command.reply = reply
    command.repliedAt = at
    command.replySeq = seq
    if (this.#sizes.has(command)) this.#weigh(command, eventSize(command))
    this.#tell(command)
  }

  #weigh(event: WireEvent, size: number): void {
    this.#text += size - (this.#sizes.get(event) ?? 0)
    this.#sizes.set(event, size)
  }

  // A twentieth at once: taking one from the front of a long array moves all the others.
  #dropOldest(): void {
    const least = this.#events.length - Math.floor(this.#limit * 0.95)
    let count = 0
    for (const event of this.#events) {
      if (count >= least && this.#text <= this.#textLimit * 0.95) break
      this.#text -= this.#sizes.get(event) ?? 0
      this.#sizes.delete(event)
      count++
    }
    this.#events.splice(0, count)
  }

  #tell(event: WireEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
