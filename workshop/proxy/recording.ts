import { performance } from 'node:perf_hooks'
import type { CommandEvent, RespValue, WireEvent } from './events.ts'

/** How much a recording keeps. */
export interface RecordingOptions {
  /** Events; the oldest go first. Default 20,000. */
  limit?: number
  /** Characters of text in those events. Default 8 million. */
  textLimit?: number
}

type Listener = (event: WireEvent) => void

/** What crossed one or more proxies, in one order: the newest events, a bounded number of them. */
export class Recording {
  readonly #events: WireEvent[] = []
  readonly #limit: number
  readonly #textLimit: number
  readonly #listeners = new Set<Listener>()
  readonly #completedListeners = new Set<Listener>()
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

  /** The next `seq`: later events have it or a higher one. */
  nextSeq(): number {
    return this.#next
  }

  /**
   * Calls back for every event, and again for a command when its reply arrives.
   *
   * @returns a function that stops it
   */
  onEvent(listener: Listener): () => void {
    return addTo(this.#listeners, listener)
  }

  /**
   * Calls back once for every event, when nothing more will be known about it: a command when
   * its reply is there or will not come, everything else at once.
   *
   * @returns a function that stops it
   */
  onCompleted(listener: Listener): () => void {
    return addTo(this.#completedListeners, listener)
  }

  /**
   * Waits until `look` finds something. It looks now and after every change (once, if several
   * came in one packet).
   *
   * @param look returns `undefined` while there is nothing
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
      const lookNow = () => {
        planned = false
        try {
          const found = look(this.#events)
          if (found === undefined) return
          stop()
          resolve(found)
        } catch (error) {
          stop()
          reject(error)
        }
      }
      const off = this.onEvent(() => {
        if (!planned) queueMicrotask(lookNow)
        planned = true
      })
      signal.addEventListener('abort', abort)
      lookNow()
      if (signal.aborted) abort()
    })
  }

  /** For proxies: the number and time of an event that happens now. */
  stamp(): { seq: number; at: number } {
    return { seq: this.#next++, at: performance.now() - this.#began }
  }

  /** For proxies: the number of an instance's next connection, from 1. */
  nextConnection(instance: string): number {
    const number = (this.#connections.get(instance) ?? 0) + 1
    this.#connections.set(instance, number)
    return number
  }

  /** For proxies: keeps an event. A command is completed by `setReply` or `complete`. */
  add(event: WireEvent): void {
    this.#events.push(event)
    this.#text += eventSize(event)
    if (this.#events.length > this.#limit || this.#text > this.#textLimit) this.#dropOldest()
    for (const listener of this.#listeners) listener(event)
    if (event.kind !== 'command') this.complete(event)
  }

  /**
   * For proxies: the reply to a command.
   *
   * @param queued EXEC brings the final one, or `complete` is called
   */
  setReply(command: CommandEvent, reply: RespValue, queued = false): void {
    const isFirst = command.repliedAt === undefined
    const before = isFirst ? 0 : valueSize(command.reply)
    const { seq, at } = this.stamp()
    command.reply = reply
    command.repliedAt = at
    command.replySeq = seq
    // A command that was dropped meanwhile counts no more.
    if (command.seq >= (this.#events[0]?.seq ?? Infinity)) {
      this.#text += valueSize(reply) - before
    }
    for (const listener of this.#listeners) listener(command)
    if (!queued) this.complete(command)
  }

  /** For proxies: nothing more will be known about an event. */
  complete(event: WireEvent): void {
    for (const listener of this.#completedListeners) listener(event)
  }

  // A twentieth at once: taking one from the front of a long array moves all the others.
  #dropOldest(): void {
    const least = this.#events.length - Math.floor(this.#limit * 0.95)
    let count = 0
    for (const event of this.#events) {
      if (count >= least && this.#text <= this.#textLimit * 0.95) break
      this.#text -= eventSize(event)
      count++
    }
    this.#events.splice(0, count)
  }
}

function addTo(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** How much text an event holds, in characters: the size of a recording is counted in it. */
function eventSize(event: WireEvent): number {
  if (event.kind !== 'command' && event.kind !== 'push') return 0
  let size = event.kind === 'command' ? valueSize(event.reply) : 0
  for (const arg of event.args) size += arg.length
  return size
}

/** How much text a value holds, in characters. An item costs something even without text. */
export function valueSize(value: RespValue | undefined): number {
  if (typeof value === 'string') return value.length
  if (!(value instanceof Map) && !Array.isArray(value)) return 0
  let size = 0
  for (const item of value instanceof Map ? [...value].flat() : value) {
    size += 8 + valueSize(item)
  }
  return size
}
