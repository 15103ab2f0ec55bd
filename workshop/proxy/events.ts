/**
 * An error that Redis answered with: `-WRONGPASS invalid username-password pair …`.
 * Not an `Error`: nobody threw it.
 */
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
 * Anything Redis can say. Sets arrive as arrays. A string that is not UTF-8 has every byte
 * from 0x80 on as the code unit 0xdc00 + byte, so that nothing is lost (see `textOf`).
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
}

/** A program sent a command. The reply is filled in when it comes. */
export interface CommandEvent extends EventBase {
  kind: 'command'
  /** Upper case: `PUBLISH`. */
  name: string
  /** As sent; secrets are `***`; what is longer than 64 kB is cut and says so. */
  args: string[]
  /**
   * `undefined` until it is complete. SUBSCRIBE and its family: the last confirmation.
   * In a transaction `QUEUED`, and after EXEC what the command itself answered.
   */
  reply: RespValue | undefined
  /** Milliseconds since the recording began. */
  repliedAt: number | undefined
  replySeq: number | undefined
}

/**
 * Redis said something nobody asked for at that moment: a message, an invalidation, a line
 * of MONITOR (`monitor`), or an error before any command (`error`: too many clients).
 */
export interface PushEvent extends EventBase {
  kind: 'push'
  /** `message`, `pmessage`, `smessage`, `invalidate`, `monitor`, `error`, … */
  name: string
  args: string[]
}

/** A connection ended. `by` is who began it. */
export interface ClosedEvent extends EventBase {
  kind: 'close'
  by: 'client' | 'server' | 'workshop'
}

/** Something that is not Redis's protocol. Never holds what it was: it could be a secret. */
export interface ProtocolErrorEvent extends EventBase {
  kind: 'odd'
  reason: 'plaintext-on-tls' | 'tls-on-plaintext' | 'not-resp'
}

/** Whatever can be on the wire. */
export type WireEvent =
  OpenedEvent | CommandEvent | PushEvent | ClosedEvent | ProtocolErrorEvent
