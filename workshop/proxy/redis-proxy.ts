import { createServer, type Server, type Socket } from 'node:net'
import { ConnectionRecorder } from './connection-recorder.ts'
import type { CommandEvent } from './events.ts'
import { ProxyConnection } from './proxy-connection.ts'
import type { Recording } from './recording.ts'
import {
  TLS_HANDSHAKE,
  acceptTls,
  closePort,
  connectUpstream,
  listen,
  peekFirstByte,
  type Upstream,
} from './sockets.ts'

/** A proxy between one instance and Redis: see `startProxy`. */
export interface RedisProxy {
  /** The port that the instance connects to, on 127.0.0.1. */
  readonly port: number
  /** Disconnects every connection and refuses new ones (ECONNREFUSED). */
  disable(): Promise<void>
  /** Accepts connections again, on the same port. */
  enable(): Promise<void>
  /** Disconnects one connection. */
  disconnect(connection: number): void
  /**
   * From a matching command on, what its connection sends waits until the promise settles.
   * Other connections flow. The command is recorded as `held`; those behind it are recorded
   * when they are forwarded.
   */
  holdCommand(match: (command: CommandEvent) => boolean, until: Promise<unknown>): void
  /**
   * From the reply to a matching command on, what Redis sends on its connection is recorded and
   * waits until the promise settles.
   */
  holdReply(match: (command: CommandEvent) => boolean, until: Promise<unknown>): void
  /** The numbers of the connections that are open, ascending. */
  openConnections(): number[]
  /** Disconnects everything, for good. Held commands are dropped. */
  close(): Promise<void>
}

/** How to start a proxy. */
export interface ProxyOptions {
  /** The instance's name, for the recording. */
  instance: string
  recording: Recording
  /** The real Redis. Its certificate is verified when `tls`. */
  upstream: Upstream
  /** Expect TLS from the instance. */
  tls?: { key: string; cert: string }
  /** 0, the default: a free one. */
  port?: number
  /** What a node of a cluster calls itself, for the recording: `127.0.0.1:7001`. */
  node?: string
  /** Texts to hide everywhere, such as the password in REDIS_URL. */
  secrets?: readonly string[]
}

/**
 * Listens on 127.0.0.1 and forwards every connection to Redis: bytes unchanged, with
 * backpressure, half-closed connections half-closed. What crosses is recorded.
 *
 * @throws when the port is taken
 */
export async function startProxy(options: ProxyOptions): Promise<RedisProxy> {
  const proxy = new LoopbackProxy(options)
  await proxy.enable()
  return proxy
}

class LoopbackProxy implements RedisProxy {
  port: number
  readonly #options: ProxyOptions
  readonly #connections = new Map<number, ProxyConnection>()
  readonly #sockets = new Set<Socket>()
  readonly #holds = new Set<Hold>()
  readonly #replyHolds = new Set<Hold>()
  #server: Server | undefined
  #reopenPort: () => Promise<void> = async () => {}

  constructor(options: ProxyOptions) {
    this.#options = options
    this.port = options.port ?? 0
  }

  async enable(): Promise<void> {
    if (this.#server) return
    const server = createServer({ allowHalfOpen: true }, (socket) => void this.#accept(socket))
    this.#server = server
    try {
      await this.#reopenPort()
      this.port = await listen(server, this.port)
    } catch (error) {
      this.#server = undefined
      throw error
    }
  }

  async disable(): Promise<void> {
    await this.#stop()
    await this.#reopenPort()
    this.#reopenPort = await closePort(this.port)
  }

  async close(): Promise<void> {
    this.#holds.clear()
    this.#replyHolds.clear()
    await this.#stop()
    await this.#reopenPort()
  }

  async #stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    const closed = server && new Promise((resolve) => server.close(resolve))
    for (const connection of this.#connections.values()) connection.disconnect()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  disconnect(connection: number): void {
    this.#connections.get(connection)?.disconnect()
  }

  holdCommand(match: (command: CommandEvent) => boolean, until: Promise<unknown>): void {
    addHold(this.#holds, { match, until })
  }

  holdReply(match: (command: CommandEvent) => boolean, until: Promise<unknown>): void {
    addHold(this.#replyHolds, { match, until })
  }

  openConnections(): number[] {
    return [...this.#connections.keys()]
  }

  async #accept(socket: Socket): Promise<void> {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    const { instance, recording, tls, node, secrets = [] } = this.#options
    const { remotePort } = socket
    const first = tls && (await peekFirstByte(socket))
    const recorder = new ConnectionRecorder(recording, instance, secrets)
    recorder.opened(first === TLS_HANDSHAKE, remotePort, node)
    if (!tls) return this.#connect(socket, recorder)
    if (first === TLS_HANDSHAKE) return this.#connect(acceptTls(socket, tls), recorder)
    if (first !== undefined) recorder.protocolError('plaintext-on-tls')
    recorder.closed(first === undefined && this.#server ? 'client' : 'proxy')
    socket.destroy()
  }

  #connect(client: Socket, recorder: ConnectionRecorder): void {
    const number = recorder.connection
    const connection = new ProxyConnection({
      client,
      upstream: connectUpstream(this.#options.upstream),
      recorder,
      mayHold: () => this.#holds.size + this.#replyHolds.size > 0,
      beforeForward: (command) => settled(this.#holds, command),
      beforeReply: (command) => settled(this.#replyHolds, command),
      onClose: () => this.#connections.delete(number),
    })
    this.#connections.set(number, connection)
  }
}

interface Hold {
  match: (command: CommandEvent) => boolean
  until: Promise<unknown>
}

function addHold(holds: Set<Hold>, hold: Hold): void {
  const remove = () => holds.delete(hold)
  holds.add(hold)
  hold.until.then(remove, remove)
}

/** What a command waits for, if anything. */
function settled(holds: Set<Hold>, command: CommandEvent): Promise<unknown> | undefined {
  const waits = [...holds].filter(({ match }) => match(command)).map(({ until }) => until)
  return waits.length > 0 ? Promise.allSettled(waits) : undefined
}
