import { CommandDecoder, type SentCommand } from './command-decoder.ts'
import {
  RespError,
  type ClosedEvent,
  type CommandEvent,
  type ProtocolErrorEvent,
  type RespValue,
} from './events.ts'
import { ReplyMatcher } from './reply-matcher.ts'
import type { Sent } from './pending.ts'
import type { Recording } from './recording.ts'
import { ReplyDecoder } from './reply-decoder.ts'
import { redactReply } from './redact-reply.ts'
import { redactKnown, redactCommand } from './redact.ts'
import { TLS_HANDSHAKE } from './tls.ts'

/** Writes what crosses one connection into a recording, without its secrets. */
export class ConnectionRecorder {
  /** The connection's number. */
  readonly connection: number
  readonly #recording: Recording
  readonly #instance: string
  readonly #known: readonly string[]
  readonly #commands = new CommandDecoder()
  readonly #replies = new ReplyDecoder()
  readonly #pairing: ReplyMatcher
  #began = false
  #gaveUp = false

  /** @param known secrets to hide wherever they stand */
  constructor(recording: Recording, instance: string, known: readonly string[]) {
    this.#recording = recording
    this.#instance = instance
    this.#known = known
    this.connection = recording.nextConnection(instance)
    this.#pairing = new ReplyMatcher({
      answered: (sent, reply) => this.#answered(sent, reply),
      pushed: (name, args) => this.#pushed(name, args),
    })
  }

  opened(tls: boolean): void {
    this.#recording.add({ ...this.#base(), kind: 'open', tls })
  }

  closed(by: ClosedEvent['by']): void {
    this.#recording.add({ ...this.#base(), kind: 'close', by })
  }

  odd(reason: ProtocolErrorEvent['reason']): void {
    this.#recording.add({ ...this.#base(), kind: 'odd', reason })
  }

  /** Decodes what the program sent. @returns the commands it completed, not yet recorded */
  fromClient(chunk: Buffer): SentCommand[] {
    if (!this.#began && chunk[0] === TLS_HANDSHAKE) this.#giveUp('tls-on-plaintext')
    this.#began = true
    return this.#gaveUp || this.#replies.broken ? [] : this.#commands.feed(chunk)
  }

  /** Records a command. */
  command(command: SentCommand): CommandEvent {
    const { name, args, hid } = redactCommand(command.words, this.#known)
    const event: CommandEvent = {
      ...this.#base(),
      kind: 'command',
      name,
      args,
      reply: undefined,
      repliedAt: undefined,
      replySeq: undefined,
    }
    this.#recording.add(event)
    this.#pairing.sent({ event, count: command.count - 1, hid })
    return event
  }

  /** Decodes and records what Redis sent. */
  fromServer(chunk: Buffer): void {
    for (const { value, push } of this.#replies.feed(chunk)) this.#pairing.received(value, push)
    this.giveUpIfBroken()
  }

  /** Says once that something was not Redis's protocol; what follows is not recorded. */
  giveUpIfBroken(): void {
    if (this.#gaveUp || !(this.#commands.broken || this.#replies.broken)) return
    this.#giveUp('not-resp')
  }

  #giveUp(what: ProtocolErrorEvent['reason']): void {
    this.#gaveUp = true
    this.odd(what)
  }

  #base() {
    return { ...this.#recording.stamp(), instance: this.#instance, connection: this.connection }
  }

  #answered(sent: Sent, reply: RespValue): RespValue {
    const safe = redactReply(sent, reply, this.#known)
    this.#recording.setReply(sent.event, safe)
    return safe
  }

  #pushed(name: string, args: RespValue[]): void {
    const texts = args.flatMap(textsOf).map((text) => redactKnown(text, this.#known))
    // Redis quotes what it could not read; that may have been a piece of a password.
    if (name === 'error' && this.#commands.broken) {
      if (!texts[0]?.startsWith('ERR Protocol error')) return
      texts[0] = texts[0].replace(/, got .*/s, '')
    }
    this.#recording.add({ ...this.#base(), kind: 'push', name, args: texts })
  }
}

// The keys of an invalidation are a list inside the push; "all keys" is a null.
function textsOf(value: RespValue): string[] {
  if (value === null) return []
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (value instanceof RespError) return [value.message]
  if (value instanceof Map) return [...value].flat().flatMap(textsOf)
  return [String(value)]
}
