import { connect, createServer, type Server, type Socket } from 'node:net'
import {
  findRedisServer,
  startRedis,
  type RunningRedis,
} from '../../../workshop/redis/index.ts'
import { Recording, localhostCertificate, startProxy } from '../../../workshop/proxy/index.ts'
import type {
  CommandEvent,
  RedisProxy,
  ProxyOptions,
  WireEvent,
} from '../../../workshop/proxy/index.ts'
import { later } from '../support/on-finished.ts'
import { ownPort } from '../support/own-port.ts'

/** A private Redis for one test. */
export async function startTestRedis(...config: string[]): Promise<RunningRedis> {
  const running = await startRedis(await findRedisServer(), { config })
  later(() => running.stop())
  return running
}

/**
 * The same behind TLS, with the committed certificate of localhost.
 *
 * @returns the port of TLS
 */
export async function startTlsRedis(...config: string[]): Promise<number> {
  const { certFile } = localhostCertificate()
  const key = certFile.replace('.cert.pem', '.key.pem')
  const port = await ownPort()
  const files = [
    '--tls-cert-file',
    certFile,
    '--tls-key-file',
    key,
    '--tls-ca-cert-file',
    certFile,
  ]
  await startTestRedis(
    '--tls-port',
    String(port),
    ...files,
    '--tls-auth-clients',
    'no',
    ...config,
  )
  return port
}

/** A proxy and its recording for one test. */
export async function startTestProxy(
  upstream: { port: number; host?: string; tls?: boolean },
  options: Partial<ProxyOptions> = {},
): Promise<{ proxy: RedisProxy; recording: Recording }> {
  const recording = options.recording ?? new Recording()
  const proxy = await startProxy({
    instance: 'web.1',
    recording,
    upstream: { host: '127.0.0.1', ...upstream },
    ...options,
  })
  later(() => proxy.close())
  return { proxy, recording }
}

// Far more than is needed, also on a busy machine.
const deadlineMs = 50_000

/** Waits for a condition. @param what the condition in words, for the error */
export async function waitUntil(what: string, condition: () => unknown): Promise<void> {
  const deadline = Date.now() + deadlineMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`timed out waiting for: ${what}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The deadline of `recording.waitFor`. */
export function timeoutSignal(): AbortSignal {
  return AbortSignal.timeout(deadlineMs)
}

/** A promise that the test resolves or rejects. */
export class Latch {
  promise: Promise<void>
  open: () => void = () => {}
  fail: (error: Error) => void = () => {}

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.open = resolve
      this.fail = reject
    })
  }
}

/** The commands among events. */
export function commandsIn(events: readonly WireEvent[]): CommandEvent[] {
  return events.filter((event) => event.kind === 'command')
}

/** A plain socket that stores the bytes it receives. */
export class RawClient {
  readonly socket: Socket
  readonly chunks: Buffer[] = []
  ended = false
  error: Error | undefined

  constructor(port: number, options: { allowHalfOpen?: boolean } = {}) {
    this.socket = connect({ host: '127.0.0.1', port, ...options })
    this.socket.setNoDelay(true)
    this.socket.on('data', (chunk: Buffer) => this.chunks.push(chunk))
    this.socket.on('end', () => (this.ended = true))
    this.socket.on('error', (error) => (this.error = error))
    later(() => this.socket.destroy())
  }

  get received(): Buffer {
    return Buffer.concat(this.chunks)
  }

  get size(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  write(bytes: string | Buffer): void {
    this.socket.write(bytes)
  }

  /** Waits until the received bytes contain a text, after the offset `from`. */
  async waitForBytes(text: string, from = 0): Promise<void> {
    await waitUntil(`${JSON.stringify(text)} from Redis`, () =>
      this.received.includes(text, from),
    )
  }
}

/** A command as a RESP array of bulk strings. */
export function encodeCommand(...words: (string | Buffer)[]): Buffer {
  const parts = words.map((word) => Buffer.from(word))
  return Buffer.concat([
    Buffer.from(`*${parts.length}\r\n`),
    ...parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')]),
  ])
}

/** Random numbers that can be repeated (mulberry32). @returns a function: 0 <= n < 1 */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A TCP server in place of Redis. */
export async function startFakeServer(
  onSocket: (socket: Socket) => void,
): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = []
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  later(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, sockets }
}
