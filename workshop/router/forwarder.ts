import { Agent, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ProxyServer, ServerOptions } from 'http-proxy-3'
import { setServedBy, setForwardedHeaders } from './headers.ts'
import {
  type ErrorPage,
  badGateway,
  foreignHost,
  foreignOrigin,
  serviceUnavailable,
  sendPage,
  sendPageOnSocket,
} from './error-pages.ts'
import { isLoopbackHost, isLoopbackOrigin } from './loopback-host.ts'
import type { ConnectedBackend, Backend, RoundRobin } from './round-robin.ts'

/** A request whose answer has begun. */
export interface RoutedRequest {
  method: string
  /** With its query. */
  path: string
  /** Who answered; undefined when no instance did. */
  instance: string | undefined
  /** 101 for a WebSocket. */
  status: number
}

/** What a forwarder needs. */
export interface ForwarderOptions {
  proxy: ProxyServer
  roundRobin: RoundRobin
  targets: () => readonly Backend[]
  /** Whether the clients use TLS. */
  secure: boolean
  /** Called with every connection to an instance. */
  onConnection: (socket: Socket) => void
  /** Called when the answer to a request begins. */
  onRequest: (request: RoutedRequest) => void
}

/** Forwards requests to the instances and their responses back. */
export class RequestForwarder {
  /** Requests an instance has been given and has not answered. */
  readonly #pending = new WeakMap<IncomingMessage, string>()

  constructor(private readonly options: ForwarderOptions) {
    const { proxy } = options
    proxy.on('proxyRes', (answer, req, res) => {
      this.#onResponse(req, answer)
      // An instance that dies in the middle of its answer: the client must not wait forever.
      answer.once('close', () => answer.complete || res.destroy())
    })
    proxy.on('proxyReqWs', (request, req) => {
      request.once('upgrade', (answer) => this.#onResponse(req, answer))
      request.once('response', (answer) => this.#onResponse(req, answer))
    })
    // Every request has a callback for its errors; what comes here came after its end.
    proxy.on('error', () => {})
  }

  /** Passes a request on. Never throws. */
  async web(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const give = (page: ErrorPage) => sendPage(page, res)
    await this.#forward(req, res, give, (options, failed) =>
      this.options.proxy.web(
        req,
        res,
        { ...options, headers: { connection: 'close' } },
        failed,
      ),
    )
  }

  /** Passes a request on that wants to become a WebSocket. Never throws. */
  async upgrade(req: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    client.on('error', () => {})
    const give = (page: ErrorPage) => sendPageOnSocket(page, client)
    await this.#forward(req, client, give, (options, failed) =>
      this.options.proxy.ws(req, client, head, options, failed),
    )
  }

  async #forward(
    req: IncomingMessage,
    client: { destroyed: boolean; destroy(): unknown },
    give: (page: ErrorPage) => void,
    start: (options: ServerOptions, failed: () => void) => void,
  ): Promise<void> {
    const { roundRobin, targets, secure, onConnection } = this.options
    if (!isLoopbackHost(req.headers.host)) return this.#refuse(req, foreignHost(), give)
    const { upgrade, origin } = req.headers
    // A browser lets every site open web sockets to anywhere, with the cookies of its user.
    if (upgrade !== undefined && origin !== undefined && !isLoopbackOrigin(origin))
      return this.#refuse(req, foreignOrigin(), give)
    const reached = await roundRobin.connectNext()
    if (!reached) return this.#refuse(req, serviceUnavailable(targets()), give)
    const { name, socket } = reached
    onConnection(socket)
    // It may have left, or been ended, meanwhile.
    if (client.destroyed) return void socket.destroy()
    const failed = () => {
      const waits = this.#pending.delete(req) && !client.destroyed
      if (waits) this.#refuse(req, badGateway(name), give)
    }
    this.#pending.set(req, name)
    setForwardedHeaders(req, secure)
    try {
      start(connectedBy(reached), failed)
    } catch {
      // A request line that Node's parser lets pass, but its URL does not.
      failed()
    }
  }

  #onResponse(req: IncomingMessage, answer: IncomingMessage): void {
    const instance = this.#pending.get(req)
    this.#pending.delete(req)
    if (instance) setServedBy(answer, instance)
    this.#report(req, instance, answer.statusCode ?? 0)
  }

  #refuse(req: IncomingMessage, page: ErrorPage, give: (page: ErrorPage) => void): void {
    this.#report(req, undefined, page.status)
    give(page)
  }

  #report(req: IncomingMessage, instance: string | undefined, status: number): void {
    const { method = '', url: path = '' } = req
    this.options.onRequest({ method, path, instance, status })
  }
}

// The connection is there already, so the library cannot fail to make one.
function connectedBy({ socket }: ConnectedBackend): ServerOptions {
  const agent = new Agent()
  Object.assign(agent, { createConnection: () => socket })
  return { agent, target: { host: '127.0.0.1', port: socket.remotePort ?? 0 } }
}
