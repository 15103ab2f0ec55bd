import { CommandDecoder, type DecodedCommand } from './command-decoder.ts'
import { toPending, type PendingCommand } from './command-queue.ts'
import {
  RespError,
  type ClosedEvent,
  type CommandEvent,
  type ProtocolErrorEvent,
  type RespValue,
  type WireEvent,
} from './events.ts'
import type { Recording } from './recording.ts'
import { redactCommand, redactMonitorLine, redactReply, redactText } from './redact.ts'
import { ReplyDecoder } from './reply-decoder.ts'
import { ReplyMatcher, type ReplyHandlers } from './reply-matcher.ts'
import { TLS_HANDSHAKE } from './sockets.ts'

/** Records what crosses one connection, without its secrets. */
export class ConnectionRecorder implements ReplyHandlers {
  /** The connection's number. */
  readonly connection: number
  readonly #recording: Recording
  readonly #instance: string
  readonly #secrets: readonly string[]
  readonly #commands = new CommandDecoder()
  readonly #matcher = new ReplyMatcher(this)
  readonly #replies = new ReplyDecoder(this.#matcher)
  #receivedAny = false
  #handshake = true
  #greeted = false
  #commandsBroken = false
  #stopped = false

  /** @param secrets texts to hide everywhere */
  constructor(recording: Recording, instance: string, secrets: readonly string[]) {
    this.#recording = recording
    this.#instance = instance
    this.#secrets = secrets
    this.connection = recording.nextConnection(instance)
  }

  opened(tls: boolean, clientPort?: number, node?: string): void {
    const opened = { ...this.#base(), kind: 'open', tls, clientPort } as const
    this.#recording.add(node ? { ...opened, node } : opened)
  }

  closed(by: ClosedEvent['by']): void {
    this.#matcher.end('closed')
    this.#recording.add({ ...this.#base(), kind: 'close', by })
  }

  protocolError(reason: ProtocolErrorEvent['reason']): void {
    this.#recording.add({ ...this.#base(), kind: 'protocol-error', reason })
  }

  /** Decodes what the program sent. @returns the commands it completed, not yet recorded */
  decodeCommands(chunk: Buffer): DecodedCommand[] {
    if (!this.#receivedAny && chunk[0] === TLS_HANDSHAKE) this.#stop('tls-on-plaintext')
    this.#receivedAny = true
    return this.#stopped ? [] : this.#commands.feed(chunk)
  }

  /**
   * Records a command. Until `onForwarded` is called for it, Redis has not received it.
   *
   * @param hold whether the proxy holds it back
   */
  recordCommand(
    command: DecodedCommand,
    hold?: (event: CommandEvent) => boolean,
  ): PendingCommand {
    const { name, args, redacted } = redactCommand(command.name, command.args, this.#secrets)
    this.#handshake &&= isHandshakeCommand(name, args, this.#greeted)
    this.#greeted ||= name === 'HELLO'
    const { seq, at } = this.#recording.stamp()
    const event: CommandEvent = {
      seq,
      at,
      instance: this.#instance,
      connection: this.connection,
      kind: 'command',
      name,
      args,
      reply: undefined,
      repliedAt: undefined,
      replySeq: undefined,
      held: false,
      replyUnknown: false,
      handshake: this.#handshake,
    }
    if (hold) event.held = hold(event)
    this.#recording.add(event)
    return toPending(command, event, redacted)
  }

  /** A recorded command was sent to Redis. */
  onForwarded(command: PendingCommand): void {
    if (command.event?.held) Object.assign(command.event, { held: false, wasHeld: true })
    this.#matcher.onSent(command)
  }

  /** Decodes and records what Redis sent. */
  recordReplies(chunk: Buffer): void {
    if (this.#stopped) return
    this.#replies.feed(chunk)
    this.stopIfBroken()
  }

  /**
   * If either side sent something that is not RESP, records that once, and nothing after it. Of a
   * program's broken command Redis still sends a reply to those before it, and an error.
   */
  stopIfBroken(): void {
    if (this.#replies.broken) this.#stop('not-resp')
    else if (this.#commands.broken && !this.#commandsBroken) {
      this.#commandsBroken = true
      this.protocolError('not-resp')
    }
  }

  onReply({ event, redacted }: PendingCommand, reply: RespValue, queued?: boolean): RespValue {
    if (!event) return null
    const safe = redactReply(event, redacted, reply, this.#secrets)
    this.#recording.setReply(event, safe, queued)
    return safe
  }

  onNoReply(event: CommandEvent): void {
    this.#recording.complete(event)
  }

  onPush(name: string, args: RespValue[]): void {
    const hide = name === 'monitor' ? redactMonitorLine : redactText
    const texts = args.flatMap(textsOf).map((text) => hide(text, this.#secrets))
    // Redis quotes what it could not read; that may have been a piece of a password.
    if (name === 'error' && this.#commandsBroken) {
      if (!texts[0]?.startsWith('ERR Protocol error')) return
      texts[0] = texts[0].replace(/, got .*/s, '')
    }
    this.#recording.add({ ...this.#base(), kind: 'push', name, args: texts })
  }

  onUnmatched(): void {
    if (!this.#commandsBroken) this.protocolError('unmatched-reply')
  }

  #stop(reason: ProtocolErrorEvent['reason']): void {
    if (this.#stopped) return
    this.#stopped = true
    if (!this.#commandsBroken) this.protocolError(reason)
    this.#matcher.end('undecodable')
  }

  #base(): Pick<WireEvent, 'seq' | 'at' | 'instance' | 'connection'> {
    const { seq, at } = this.#recording.stamp()
    return { seq, at, instance: this.#instance, connection: this.connection }
  }
}

/**
 * Whether a client library sends this by itself when it connects. Version 3 of the redis package
 * and ioredis ask for INFO, to learn whether Redis is still loading; version 6 greets with HELLO
 * and never does.
 *
 * @param greeted whether HELLO was sent before
 */
function isHandshakeCommand(name: string, args: readonly string[], greeted: boolean): boolean {
  if (name === 'CLIENT')
    return /^(setinfo|setname|id|no-evict|no-touch|maint_notifications)$/i.test(args[0] ?? '')
  if (name === 'INFO') return args.length === 0 && !greeted
  if (name === 'COMMAND') return args.length === 0 && !greeted
  return ['AUTH', 'HELLO', 'SELECT', 'READONLY'].includes(name)
}

// The keys of an invalidation are a list inside the push; "all keys" is a null.
function textsOf(value: RespValue): string[] {
  if (value === null) return []
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (value instanceof RespError) return [value.message]
  if (value instanceof Map) return [...value].flat().flatMap(textsOf)
  return [String(value)]
}
