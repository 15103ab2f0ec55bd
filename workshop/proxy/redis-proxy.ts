import { createServer, type Server, type Socket } from 'node:net'
import { Connection } from './proxy-connection.ts'
import type { CommandEvent } from './events.ts'
import type { Recording } from './recording.ts'
import { closePort, connectUpstream, listen, acceptTls, type Upstream } from './sockets.ts'
import { TLS_HANDSHAKE, peekFirstByte } from './tls.ts'
import { ConnectionRecorder } from './connection-recorder.ts'

/** Between one instance and Redis: see `openTap`. */
export interface RedisProxy {
  /** Where the instance connects to, on 127.0.0.1. */
  readonly port: number
  /** Redis "is gone": cuts every connection and refuses new ones (ECONNREFUSED). */
  disable(): Promise<void>
  /** Redis "is back", on the same port. */
  enable(): Promise<void>
  /** Cuts one connection. */
  disconnect(connection: number): void
  /**
   * From a matching command on, what its connection sends waits until the promise settles.
   * Other connections flow. What stands behind a waiting command is not recorded before.
   */
  holdCommand(match: (command: CommandEvent) => boolean, until: Promise<unknown>): void
  /** The numbers of the connections that are open, ascending. */
  openConnections(): number[]
  /** Cuts everything, for good. Held commands are dropped. */
  close(): Promise<void>
}

/** What a tap needs to know. */
export interface ProxyOptions {
  /** The instance's name, for the recording. */
  instance: string
  recording: Recording
  /** The real Redis. Its certificate is verified when `tls`. */
  upstream: Upstream
  /** Speak TLS with the instance. */
  tls?: { key: string; cert: string }
  /** 0, the default: a free one. */
  port?: number
  /** Texts to hide wherever they stand, such as the password in REDIS_URL. */
  secrets?: readonly string[]
}

/**
 * Listens on 127.0.0.1 and passes every connection on to Redis: bytes untouched, back-pressure
 * kept, half-closed ends half-closed. What crosses is written into the recording.
 *
 * @throws when the port is taken
 */
export async function startProxy(options: ProxyOptions): Promise<RedisProxy> {
  const tap = new LoopbackProxy(options)
  await tap.enable()
  return tap
}

class LoopbackProxy implements RedisProxy {
  port: number
  readonly #options: ProxyOptions
  readonly #connections = new Map<number, Connection>()
  readonly #sockets = new Set<Socket>()
  readonly #holds = new Set<{
    match: (command: CommandEvent) => boolean
    until: Promise<unknown>
  }>()
  #server: Server | undefined
  #unblock: () => Promise<void> = async () => {}

  constructor(options: ProxyOptions) {
    this.#options = options
    this.port = options.port ?? 0
  }

  async enable(): Promise<void> {
    if (this.#server) return
    const server = createServer({ allowHalfOpen: true }, (socket) => void this.#accept(socket))
    this.#server = server
    try {
      await this.#unblock()
      this.port = await listen(server, this.port)
    } catch (error) {
      this.#server = undefined
      throw error
    }
  }

  async disable(): Promise<void> {
    await this.#shut()
    await this.#unblock()
    this.#unblock = await closePort(this.port)
  }

  async #shut(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    const closed = server && new Promise((resolve) => server.close(resolve))
    for (const connection of this.#connections.values()) connection.cut()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async close(): Promise<void> {
    this.#holds.clear()
    await this.#shut()
    await this.#unblock()
  }

  disconnect(connection: number): void {
    this.#connections.get(connection)?.cut()
  }

  holdCommand(match: (command: CommandEvent) => boolean, until: Promise<unknown>): void {
    const hold = { match, until }
    const forget = () => this.#holds.delete(hold)
    this.#holds.add(hold)
    until.then(forget, forget)
  }

  openConnections(): number[] {
    return [...this.#connections.keys()]
  }

  async #accept(socket: Socket): Promise<void> {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    const { instance, recording, tls, secrets = [] } = this.#options
    const first = tls && (await peekFirstByte(socket))
    const transcript = new ConnectionRecorder(recording, instance, secrets)
    transcript.opened(first === TLS_HANDSHAKE)
    if (!tls) return this.#join(socket, transcript)
    if (first === TLS_HANDSHAKE) return this.#join(acceptTls(socket, tls), transcript)
    if (first !== undefined) transcript.odd('plaintext-on-tls')
    transcript.closed(first === undefined && this.#server ? 'client' : 'workshop')
    socket.destroy()
  }

  #join(client: Socket, transcript: ConnectionRecorder): void {
    const number = transcript.connection
    const connection = new Connection({
      client,
      upstream: connectUpstream(this.#options.upstream),
      transcript,
      gate: (command) => this.#gate(command),
      ended: () => this.#connections.delete(number),
    })
    this.#connections.set(number, connection)
  }

  #gate(command: CommandEvent): Promise<unknown> | undefined {
    const waits = [...this.#holds]
      .filter(({ match }) => match(command))
      .map(({ until }) => until)
    return waits.length > 0 ? Promise.allSettled(waits) : undefined
  }
}
