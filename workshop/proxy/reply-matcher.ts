import { CommandQueue, type PendingCommand } from './command-queue.ts'
import { RespError, type CommandEvent, type RespValue } from './events.ts'
import { valueSize } from './recording.ts'
import type { ReplySink } from './reply-decoder.ts'

/** What a `ReplyMatcher` found out. */
export interface ReplyHandlers {
  /**
   * A command's reply is complete.
   *
   * @param queued it was queued by MULTI: another reply follows with EXEC
   * @returns the reply as it may be kept
   */
  onReply(command: PendingCommand, reply: RespValue, queued?: boolean): RespValue
  /**
   * There will be no reply, or no other one: CLIENT REPLY turned it off, the connection ended, it is
   * lost, or a transaction was given up.
   */
  onNoReply(event: CommandEvent): void
  onPush(name: string, args: RespValue[]): void
  /** A reply fits no command: from here on no reply can be matched. */
  onUnmatched(): void
}

/** A confirmation of SUBSCRIBE or its family: `['subscribe', 'instances', 1]`. */
interface Confirmation {
  /** Upper case, which is the command's name. */
  name: string
  /** How many subscriptions the connection has now (with S: how many sharded ones). */
  count: number
}

const CONFIRMATION = /^[ps]?(un)?subscribe$/
const MESSAGE = /^[ps]?message$/
const MONITOR_LINE = /^\d+\.\d+ \[/
// How Redis refuses CLIENT REPLY OFF or SKIP, which otherwise have no reply.
const CLIENT_REPLY_REFUSED =
  /^(NOAUTH |NOPERM .*'client(\|reply)?'|ERR Can't execute 'client(\|reply)?'|ERR unknown command ['`]client['`])/i
const MAX_KEPT_EXEC_ITEMS = 10_000
const MAX_KEPT_EXEC_TEXT = 256 * 1024

/**
 * Finds the command that a reply belongs to. Redis replies in order, with these exceptions:
 * SUBSCRIBE and its family have one reply per channel, messages and other pushes come at any
 * time, CLIENT REPLY turns replies off, and the reply of EXEC holds those of other commands.
 * Where the stream leaves a doubt, replies are marked unknown; they are never shifted.
 */
export class ReplyMatcher implements ReplySink {
  readonly #handlers: ReplyHandlers
  readonly #pending = new CommandQueue()
  // Commands that Redis has queued since MULTI.
  #transaction: CommandQueue | undefined
  // The same, while their replies arrive inside that of EXEC.
  #executing: CommandQueue | undefined
  #execItems: RespValue[] = []
  #execText = 0
  #execOmitted = 0
  #protocol = 2
  #monitoring = false
  #repliesOff = false
  #skipNext = false
  #unmatched = false
  readonly #subscribed = { channels: 0, patterns: 0, shards: 0 }

  constructor(handlers: ReplyHandlers) {
    this.#handlers = handlers
  }

  /** A command was sent to Redis. */
  onSent(command: PendingCommand): void {
    if (this.#unmatched) return this.#lose(command)
    const kept = this.#pending.push(command)
    if (kept === 'without event') this.#lose(command)
    if (kept === 'overflow') this.#giveUp()
  }

  /** The connection ended, or can no longer be decoded: no reply will follow. */
  end(reason: 'closed' | 'undecodable'): void {
    const lost = reason === 'undecodable'
    for (const queue of [this.#executing, this.#transaction, this.#pending]) {
      for (let entry = queue?.shift(); entry; entry = queue?.shift()) {
        if (lost && entry.event?.repliedAt === undefined) this.#lose(entry)
        else if (entry.event) this.#handlers.onNoReply(entry.event)
      }
    }
    this.#unmatched = true
  }

  /** Redis sent an array. That of EXEC is taken apart: its items are replies. */
  onArrayStart(length: number): boolean {
    const transaction = this.#transaction
    if (!transaction || this.#executing || this.#pending.first?.name !== 'EXEC') return false
    if (transaction.size !== length || transaction.hasClientReply) {
      this.#giveUp()
      return false
    }
    this.#transaction = undefined
    this.#executing = transaction
    this.#execItems = []
    this.#execText = 0
    this.#execOmitted = 0
    this.#finishExecWhenDone()
    return true
  }

  /** Redis sent a value. */
  onValue(value: RespValue, type: string): void {
    if (type === '>') this.#protocol = 3
    if (this.#unmatched) {
      if (type === '>') this.#push(value)
      return
    }
    const isConfirmation = type === '>' || (type === '*' && this.#protocol === 2)
    const confirmation = isConfirmation ? parseConfirmation(value) : undefined
    if (confirmation && this.#confirm(confirmation, value)) return
    if (type === '>' || this.#isPush(value, type)) {
      // Redis ends a subscription by itself when a slot moves to another node.
      if (confirmation) this.#note(confirmation)
      return this.#push(value)
    }
    if (this.#executing) this.#onExecItem(this.#executing, value, type)
    else this.#onReply(value, type)
  }

  #onReply(value: RespValue, type: string): void {
    const command = this.#takeAnswered(value, type)
    if (command) this.#resolve(command, value, type)
    else if (this.#unmatched) return
    else if (value instanceof RespError) this.#handlers.onPush('error', [value.message])
    else this.#giveUp()
  }

  // RESP2 has no type for pushes: a subscriber's messages are arrays, and the lines of MONITOR
  // are strings, in RESP3 too.
  #isPush(value: RespValue, type: string): boolean {
    if (type === '+') return this.#monitoring && MONITOR_LINE.test(String(value))
    if (type !== '*' || !Array.isArray(value) || !this.#isSubscriber()) return false
    const name = String(value[0])
    // Inside EXEC any command can return such a list. PUBLISH cannot: it returns a number.
    if (this.#executing)
      return MESSAGE.test(name) && /^S?PUBLISH$/.test(this.#executing.first?.name ?? '')
    return MESSAGE.test(name) || CONFIRMATION.test(name)
  }

  // In RESP2 a subscriber may send little more than PING, and receives no other arrays.
  #isSubscriber(): boolean {
    const { channels, patterns, shards } = this.#subscribed
    return this.#protocol === 2 && channels + patterns + shards > 0
  }

  #push(value: RespValue): void {
    if (!Array.isArray(value)) return this.#handlers.onPush('monitor', [value])
    const [name, ...args] = value
    this.#handlers.onPush(String(name), args)
  }

  // @returns whether a command was waiting for it
  #confirm(confirmation: Confirmation, value: RespValue): boolean {
    const queue = this.#executing ?? this.#pending
    const waiting = this.#executing ? queue.first : this.#skipSilentUpTo(confirmation.name)
    if (waiting?.name !== confirmation.name) return false
    // UNSUBSCRIBE without arguments: one for each subscription, or one for nothing.
    waiting.confirmationsLeft ??=
      waiting.argCount || Math.max(1, this.#countOf(confirmation.name))
    this.#note(confirmation)
    waiting.confirmationsLeft--
    if (waiting.confirmationsLeft > 0) return true
    queue.shift()
    this.#skipNext = false
    this.#reply(waiting, value)
    this.#finishExecWhenDone()
    return true
  }

  #countOf(name: string): number {
    const { channels, patterns, shards } = this.#subscribed
    if (name.startsWith('P')) return patterns
    return name === 'SUNSUBSCRIBE' ? shards : channels
  }

  // Counts are enough, and bounded: a confirmation holds the new number of channels and patterns.
  #note({ name, count }: Confirmation): void {
    const subscribed = this.#subscribed
    if (name === 'SSUBSCRIBE' || name === 'SUNSUBSCRIBE') subscribed.shards = count
    else if (name.startsWith('P')) subscribed.patterns = count - subscribed.channels
    else subscribed.channels = count - subscribed.patterns
  }

  // Finds the command that a reply belongs to, and passes over those that have none.
  #takeAnswered(value: RespValue, type: string): PendingCommand | undefined {
    for (let first = this.#pending.first; first; first = this.#pending.first) {
      if (!this.#isSilent(first, value, type)) return this.#pending.shift()
      // That could be the reply of CLIENT REPLY itself, or of a later command.
      if (first.clientReply && value instanceof RespError && value.code === 'BUSY')
        this.#giveUp()
      else this.#passSilent(first)
    }
    return undefined
  }

  // Confirmations arrive even when replies are off.
  #skipSilentUpTo(name: string): PendingCommand | undefined {
    const { first } = this.#pending
    if (!first || first.name === name) return first
    const before = [this.#repliesOff, this.#skipNext] as const
    let silent = 0
    let found = false
    for (const command of this.#pending) {
      found = command.name === name
      if (found || !this.#isSilent(command)) break
      this.#applyMode(command)
      silent += command.repeats
    }
    ;[this.#repliesOff, this.#skipNext] = before
    if (!found) return undefined
    for (; silent > 0; silent--) this.#passSilent(this.#pending.first)
    return this.#pending.first
  }

  #isSilent(command: PendingCommand, value?: RespValue, type?: string): boolean {
    const { name, clientReply } = command
    if (this.#repliesOff || this.#skipNext) {
      // These end the silence. Refused, they do not, and the error is not sent either.
      if (name === 'RESET') return type !== undefined && !isStatus('RESET', value, type)
      if (clientReply !== 'ON') return true
      return this.#isSubscriber() || (type !== undefined && !isStatus('OK', value, type))
    }
    if (clientReply !== 'OFF' && clientReply !== 'SKIP') return false
    if (this.#transaction || this.#isSubscriber()) return false
    return !(value instanceof RespError) || !CLIENT_REPLY_REFUSED.test(value.message)
  }

  #applyMode({ clientReply }: PendingCommand): void {
    if (clientReply === 'OFF') this.#repliesOff = true
    this.#skipNext = clientReply === 'SKIP' && !this.#repliesOff
  }

  #passSilent(command: PendingCommand | undefined): void {
    if (!command) return
    this.#applyMode(command)
    // What these would change does not show.
    if (['MULTI', 'EXEC', 'HELLO'].includes(command.name)) return this.#giveUp()
    if (command.name === 'MONITOR') this.#monitoring = true
    const passed = this.#pending.shift()
    if (passed?.event) this.#handlers.onNoReply(passed.event)
  }

  #resolve(command: PendingCommand, value: RespValue, type: string): RespValue {
    this.#skipNext = false
    const queued = this.#transaction && isStatus('QUEUED', value, type)
    if (queued && this.#transaction?.push(command) === 'overflow') this.#giveUp()
    if (command.special) this.#applyEffect(command, value, type)
    return this.#reply(command, value, queued)
  }

  #reply(command: PendingCommand, value: RespValue, queued = false): RespValue {
    const safe = this.#handlers.onReply(command, value, queued)
    if (this.#executing) this.#keepExecItem(safe)
    return safe
  }

  #applyEffect(command: PendingCommand, value: RespValue, type: string): void {
    const isOk = isStatus('OK', value, type)
    switch (command.name) {
      case 'MULTI':
        if (isOk) this.#transaction = new CommandQueue()
        break
      case 'DISCARD':
        if (isOk) this.#giveUpTransaction()
        break
      case 'EXEC':
        this.#giveUpTransaction()
        break
      case 'MONITOR':
        if (isOk) this.#monitoring = true
        break
      case 'HELLO':
        if (type === '%') this.#protocol = 3
        if (type === '*') this.#protocol = 2
        break
      case 'RESET':
        if (isStatus('RESET', value, type)) this.#reset()
        break
      case 'CLIENT':
        if (isOk) this.#repliesOff = false
        break
    }
  }

  #onExecItem(executing: CommandQueue, value: RespValue, type: string): void {
    const command = executing.shift()
    if (command) this.#resolve(command, value, type)
    this.#finishExecWhenDone()
  }

  #keepExecItem(value: RespValue): void {
    const room = MAX_KEPT_EXEC_TEXT - this.#execText
    if (room <= 0 || this.#execItems.length >= MAX_KEPT_EXEC_ITEMS) {
      this.#execOmitted++
      return
    }
    this.#execItems.push(value)
    this.#execText += valueSize(value)
  }

  #finishExecWhenDone(): void {
    if (!this.#executing || this.#executing.first) return
    this.#executing = undefined
    const exec = this.#pending.shift()
    const items = this.#execItems
    this.#execItems = []
    if (this.#execOmitted > 0) items.push(`… (cut: ${items.length + this.#execOmitted} items)`)
    if (exec) this.#handlers.onReply(exec, items)
  }

  #reset(): void {
    this.#protocol = 2
    this.#monitoring = false
    this.#repliesOff = false
    this.#giveUpTransaction()
    Object.assign(this.#subscribed, { channels: 0, patterns: 0, shards: 0 })
  }

  // What it has queued is not executed.
  #giveUpTransaction(): void {
    const transaction = this.#transaction
    this.#transaction = undefined
    for (let entry = transaction?.shift(); entry; entry = transaction?.shift())
      if (entry.event) this.#handlers.onNoReply(entry.event)
  }

  #giveUp(): void {
    if (this.#unmatched) return
    this.end('undecodable')
    this.#handlers.onUnmatched()
  }

  #lose({ event }: PendingCommand): void {
    if (!event) return
    event.replyUnknown = true
    this.#handlers.onNoReply(event)
  }
}

function parseConfirmation(value: RespValue): Confirmation | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [name, channel, count] = value
  if (typeof name !== 'string' || typeof count !== 'number') return undefined
  if ((typeof channel !== 'string' && channel !== null) || !CONFIRMATION.test(name))
    return undefined
  return { name: name.toUpperCase(), count }
}

function isStatus(status: string, value: RespValue | undefined, type: string): boolean {
  return type === '+' && value === status
}
