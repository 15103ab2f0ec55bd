import { type Socket, connect as connectPlain, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Where a Redis listens. */
export interface HostPort {
  host: string
  port: number
  tls: boolean
}

/** One reply of Redis: its text, of arrays and maps a line for each element, and whether it is an error. */
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

/** A few commands to a Redis, one after the other. */
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
function decode(bytes: Buffer, at = 0): { reply: Reply; length: number } | undefined {
  if (bytes.length <= at) return undefined
  const kind = String.fromCharCode(bytes[at] ?? 0)
  const end = bytes.indexOf('\r\n', at)
  if (!'+-:$*%>_#,'.includes(kind) || (end < 0 && bytes.length - at > longestLine)) {
    throw new ProbeError('foreign')
  }
  if (end < 0) return undefined
  const line = bytes.toString('utf8', at + 1, end)
  if ('$*%>'.includes(kind) && !/^(-1|\d+)$/.test(line)) throw new ProbeError('foreign')
  if ('*%>'.includes(kind)) return readElements(bytes, end + 2, elementsOf(kind, Number(line)))
  if (kind !== '$') return { reply: { error: kind === '-', text: line }, length: end + 2 }
  if (line === '-1') return { reply: { error: false, text: '' }, length: end + 2 }
  const length = end + 2 + Number(line) + 2
  if (bytes.length < length) return undefined
  return { reply: { error: false, text: bytes.toString('utf8', end + 2, length - 2) }, length }
}

function elementsOf(kind: string, count: number): number {
  return Math.max(0, kind === '%' ? 2 * count : count)
}

function readElements(
  bytes: Buffer,
  start: number,
  count: number,
): { reply: Reply; length: number } | undefined {
  let at = start
  const texts: string[] = []
  for (let element = 0; element < count; element++) {
    const decoded = decode(bytes, at)
    if (!decoded) return undefined
    at = decoded.length
    texts.push(decoded.reply.text)
  }
  return { reply: { error: false, text: texts.join('\n') }, length: at }
}
