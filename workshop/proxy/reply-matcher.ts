import { RespError, type RespValue } from './events.ts'
import { PendingCommands, type Sent } from './pending.ts'
import { Subscriptions, type Confirmation } from './subscriptions.ts'

/** Where the pairing puts what it finds out. */
export interface PairingSink {
  /** @returns the reply as it may be kept */
  answered(command: Sent, reply: RespValue): RespValue
  pushed(name: string, args: RespValue[]): void
}

const MESSAGE = /^(p|s)?message$/
const MONITOR_LINE = /^\d+\.\d+ \[/

/**
 * Finds for every reply the command it answers. Redis answers in order, except that SUBSCRIBE
 * and its family answer once per channel, that pushes come at any time, and that CLIENT REPLY
 * turns answers off.
 */
export class ReplyMatcher {
  readonly #sink: PairingSink
  readonly #subscriptions = new Subscriptions()
  readonly #pending = new PendingCommands()
  #protocol = 2
  #monitors = false
  #transaction: Sent[] | undefined

  constructor(sink: PairingSink) {
    this.#sink = sink
  }

  /** A command was sent. */
  sent(sent: Sent): void {
    this.#pending.push(sent)
  }

  /** Redis said something. @param push as a RESP3 push */
  received(value: RespValue, push: boolean): void {
    const mayConfirm = push || this.#protocol === 2
    const confirmation = mayConfirm ? this.#subscriptions.read(value) : undefined
    if (confirmation && this.#confirmed(confirmation, value)) return
    if (push || this.#isPush(value, confirmation)) this.#pushed(value)
    else this.#replied(value)
  }

  #confirmed(confirmation: Confirmation, value: RespValue): boolean {
    const pending = this.#pending.waitingFor(confirmation.name)
    if (pending) {
      // UNSUBSCRIBE without arguments: one for everything there is, or one for nothing.
      pending.left ??= pending.sent.count || Math.max(1, confirmation.set.size)
      pending.left--
    }
    this.#subscriptions.note(confirmation)
    if (pending?.left === 0) {
      this.#pending.takeUpTo(pending)
      this.#sink.answered(pending.sent, value)
    }
    return pending !== undefined
  }

  // RESP2 has no pushes: a subscriber's messages look like any list, and MONITOR's like "OK".
  #isPush(value: RespValue, confirmation: Confirmation | undefined): boolean {
    if (typeof value === 'string') return this.#monitors && MONITOR_LINE.test(value)
    if (this.#protocol === 3 || !Array.isArray(value) || !this.#subscriptions.any) return false
    return confirmation !== undefined || MESSAGE.test(String(value[0]))
  }

  #pushed(value: RespValue): void {
    if (typeof value === 'string') this.#sink.pushed('monitor', [value])
    if (!Array.isArray(value)) return
    const [name, ...args] = value
    this.#sink.pushed(String(name), args)
  }

  #replied(value: RespValue): void {
    const answered = this.#pending.take(value)
    if (answered) {
      this.#settle(answered.sent, value)
    } else if (value instanceof RespError) {
      this.#sink.pushed('error', [value.message])
    }
  }

  #settle(sent: Sent, value: RespValue): RespValue {
    if (this.#transaction && value === 'QUEUED') this.#transaction.push(sent)
    const name = sent.event.name
    const reply = name === 'EXEC' ? this.#executed(value) : value
    if (name === 'MULTI' && value === 'OK') this.#transaction = []
    if (name === 'EXEC' || name === 'DISCARD') this.#transaction = undefined
    if (name === 'MONITOR' && value === 'OK') this.#monitors = true
    if (name === 'HELLO' && value instanceof Map) this.#protocol = 3
    if (name === 'HELLO' && Array.isArray(value)) this.#protocol = 2
    if (name === 'RESET' && value === 'RESET') this.#reset()
    return this.#sink.answered(sent, reply)
  }

  // What EXEC answers are the answers of the commands it ran, each in its place.
  #executed(value: RespValue): RespValue {
    const ran = this.#transaction
    this.#transaction = undefined
    if (!ran || !Array.isArray(value)) return value
    return value.map((item, i) => {
      const sent = ran[i]
      const confirmation = this.#subscriptions.read(item)
      if (confirmation && sent?.event.name.endsWith('SUBSCRIBE'))
        this.#subscriptions.note(confirmation)
      return sent ? this.#settle(sent, item) : item
    })
  }

  #reset(): void {
    this.#protocol = 2
    this.#monitors = false
    this.#transaction = undefined
    this.#subscriptions.clear()
  }
}
