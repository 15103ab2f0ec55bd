/** An error that Redis replied with. Not an `Error`: nothing was thrown. */
export class RespError {
  readonly message: string

  /** @param message as Redis wrote it, without the leading minus */
  constructor(message: string) {
    this.message = message
  }

  /** The first word, which is what programs compare: `WRONGPASS`, `NOAUTH`, `ERR`, … */
  get code(): string {
    return this.message.split(' ', 1)[0] ?? ''
  }
}

/**
 * Any value that Redis sends. Sets arrive as arrays. A string that is not UTF-8 has every byte
 * from 0x80 on as the code unit 0xdc00 + byte, so that nothing is lost (see `decodeText`).
 */
export type RespValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | RespError
  | RespValue[]
  | Map<RespValue, RespValue>

interface EventBase {
  /** One order over everything in a recording, replies included (`replySeq`). */
  seq: number
  /** Milliseconds since the recording began. */
  at: number
  /** The instance's name: `web.1`. */
  instance: string
  /** 1, 2, … per instance, in the order of opening. */
  connection: number
}

/** A program opened a connection. */
export interface OpenedEvent extends EventBase {
  kind: 'open'
  tls: boolean
  /** The program's port. Shows which of several processes it was, if a process reports its own. */
  clientPort?: number | undefined
  /** The node of a cluster that it leads to: `127.0.0.1:7001`. */
  node?: string
}

/** A program sent a command. The reply is filled in when it arrives. */
export interface CommandEvent extends EventBase {
  kind: 'command'
  /** Upper case: `PUBLISH`. */
  name: string
  /** As sent; secrets are `***`; what is longer than 64 kB is cut and marked as cut. */
  args: string[]
  /**
   * `undefined` until it is complete. SUBSCRIBE and its family: the last confirmation.
   * In a transaction `QUEUED`, and after EXEC the reply of the command itself.
   */
  reply: RespValue | undefined
  /** Milliseconds since the recording began. */
  repliedAt: number | undefined
  replySeq: number | undefined
  /** The proxy holds it back; if the connection ends meanwhile, Redis never received it. */
  held?: boolean
  /** The proxy held it back before Redis received it. */
  wasHeld?: boolean
  /** Redis may have replied, but the proxy does not know what. */
  replyUnknown?: boolean
  /** A client library sent it by itself, before the first command of the program. */
  handshake?: boolean
  /** It gave its connection another name, which is its instance from now on. This was the one before. */
  renamedFrom?: string
}

/**
 * Redis sent something that is no reply: a message, an invalidation, a line of MONITOR
 * (`monitor`), or an error before any command (`error`: too many clients).
 */
export interface PushEvent extends EventBase {
  kind: 'push'
  /** `message`, `pmessage`, `smessage`, `invalidate`, `monitor`, `error`, … */
  name: string
  args: string[]
}

/** A connection ended. */
export interface ClosedEvent extends EventBase {
  kind: 'close'
  /** Who began to close it. */
  by: 'client' | 'server' | 'proxy'
}

/**
 * The proxy does not understand the connection: its bytes are not RESP, or a reply fits no
 * command. Never holds the bytes: they could be a secret.
 */
export interface ProtocolErrorEvent extends EventBase {
  kind: 'protocol-error'
  reason: 'plaintext-on-tls' | 'tls-on-plaintext' | 'not-resp' | 'unmatched-reply'
}

/** An event on the wire. */
export type WireEvent =
  OpenedEvent | CommandEvent | PushEvent | ClosedEvent | ProtocolErrorEvent

/**
 * Whether an event is part of a client library's handshake, which neither the program's author
 * wrote nor a lesson is about. One that is about credentials is not.
 */
export function isHandshake(event: WireEvent): boolean {
  if (event.kind !== 'command' || !event.handshake || event.name === 'AUTH') return false
  const refused =
    event.reply instanceof RespError && /^(NOAUTH|WRONGPASS|NOPERM)/.test(event.reply.message)
  return !refused && !event.args.some((arg) => /^auth$/i.test(arg))
}
