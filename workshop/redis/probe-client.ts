import { connect as connectPlain, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Where a Redis listens. */
export interface HostPort {
  host: string
  port: number
  tls: boolean
}

/** One reply of Redis: its text, and whether it is an error. */
export interface Reply {
  error: boolean
  text: string
}

/** Why a conversation broke off, when the socket itself had nothing to complain about. */
export class ProbeError extends Error {
  /** @param why silent: no answer in time; closed: hung up; foreign: not Redis's language */
  constructor(readonly why: 'silent' | 'closed' | 'foreign') {
    super(`the conversation broke off: ${why}`)
  }
}

/** A few commands to a Redis, one after the other. Not a client: it knows four kinds of reply. */
export class ProbeClient {
  readonly #socket: Socket
  readonly #timer: NodeJS.Timeout
  #connected = false
  #received = Buffer.alloc(0)
  #failure: Error | undefined
  #wake = () => {}

  /**
   * @param target where to connect
   * @param timeoutMs milliseconds the whole conversation may take
   */
  constructor(target: HostPort, timeoutMs: number) {
    this.#socket = open(target)
    this.#timer = setTimeout(() => this.#fail(new ProbeError('silent')), timeoutMs)
    this.#socket.once(target.tls ? 'secureConnect' : 'connect', () => {
      this.#connected = true
    })
    this.#socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    this.#socket.once('error', (error) => this.#fail(error))
    this.#socket.once('close', () => this.#fail(new ProbeError('closed')))
  }

  /** Whether the connection, TLS included, ever stood. */
  get connected(): boolean {
    return this.#connected
  }

  /**
   * Sends a command and waits for its reply.
   *
   * @throws the socket's error, or {@link ProbeError}
   */
  async send(...words: string[]): Promise<Reply> {
    this.#socket.write(encode(words))
    for (;;) {
      const decoded = decode(this.#received)
      if (decoded) {
        this.#received = this.#received.subarray(decoded.length)
        return decoded.reply
      }
      if (this.#failure) throw this.#failure
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Hangs up. */
  close(): void {
    clearTimeout(this.#timer)
    this.#socket.destroy()
  }

  #fail(error: Error) {
    this.#failure ??= error
    this.close()
    this.#wake()
  }
}

function open({ host, port, tls }: HostPort): Socket {
  if (!tls) return connectPlain({ host, port })
  return connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }) })
}

function encode(words: string[]): string {
  const bulks = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return `*${words.length}\r\n${bulks.join('')}`
}

const longestLine = 64 * 1024

// Undefined until the whole reply is here.
function decode(bytes: Buffer): { reply: Reply; length: number } | undefined {
  if (bytes.length === 0) return undefined
  const kind = String.fromCharCode(bytes[0] ?? 0)
  const end = bytes.indexOf('\r\n')
  if (!'+-:$'.includes(kind) || (end < 0 && bytes.length > longestLine)) {
    throw new ProbeError('foreign')
  }
  if (end < 0) return undefined
  const line = bytes.toString('utf8', 1, end)
  if (kind !== '$') return { reply: { error: kind === '-', text: line }, length: end + 2 }
  const length = end + 2 + Math.max(0, Number(line)) + 2
  if (!Number.isInteger(length)) throw new ProbeError('foreign')
  if (bytes.length < length) return undefined
  return { reply: { error: false, text: bytes.toString('utf8', end + 2, length - 2) }, length }
}
