import { RespError, type CommandEvent, type RespValue } from './events.ts'
import { Queue } from './queue.ts'
import { Silence } from './silence.ts'

/** A command on its way to Redis. */
export interface Sent {
  event: CommandEvent
  /** How many arguments it had, also when not all were kept. */
  count: number
  /** It held a secret. */
  hid: boolean
}

/** A command that Redis has not, or not fully, answered. */
export interface Pending {
  sent: Sent
  /** Confirmations still to come, known from the first one on. */
  left: number | undefined
  /** The program asked Redis not to answer it. */
  silent: boolean
}

const MOST_SILENT = 1000

/** The commands of one connection that wait for their replies, oldest first. */
export class PendingCommands {
  readonly #queue = new Queue<Pending>()
  readonly #silence = new Silence()

  push(sent: Sent): void {
    const silent = this.#silence.covers(sent.event)
    if (silent && this.#queue.length >= MOST_SILENT) return
    this.#queue.push({ sent, left: undefined, silent })
  }

  /**
   * Finds the command that a confirmation belongs to: the oldest, or one behind silent ones,
   * for confirmations come even so.
   *
   * @param name in lower case
   */
  waitingFor(name: string): Pending | undefined {
    for (const pending of this.#queue) {
      if (pending.sent.event.name.toLowerCase() === name) return pending
      if (!pending.silent) return undefined
    }
    return undefined
  }

  /** Takes this one and those before it away. */
  takeUpTo(last: Pending): void {
    let count = 0
    for (const pending of this.#queue) {
      count++
      if (pending === last) break
    }
    this.#queue.drop(count)
  }

  /** Takes the command that this reply answers. */
  take(reply: RespValue): Pending | undefined {
    if (this.#queue.first?.silent) this.#passSilent(reply)
    const { first } = this.#queue
    if (first) this.#queue.drop(1)
    return first
  }

  // CLIENT REPLY itself can be refused, or wait in a transaction; then all are answered.
  #passSilent(reply: RespValue): void {
    const refused = reply instanceof RespError && reply.code === 'NOAUTH'
    if (refused || reply === 'QUEUED') {
      this.#silence.lift()
      for (const pending of this.#queue) pending.silent = false
    }
    while (this.#queue.first?.silent) this.#queue.drop(1)
  }
}
