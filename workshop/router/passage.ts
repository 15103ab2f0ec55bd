import { Agent, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ProxyServer, ServerOptions } from 'http-proxy-3'
import { arrive, forward } from './headers.ts'
import { type Page, broken, nobody, show, showOn } from './pages.ts'
import type { Reached, Target, Turns } from './turns.ts'

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

/** What a passage needs to know. */
export interface PassageOptions {
  proxy: ProxyServer
  turns: Turns
  targets: () => readonly Target[]
  /** Whether the clients speak TLS. */
  secure: boolean
  /** Called with every connection to an instance. */
  onSocket: (socket: Socket) => void
  /** Called when the answer to a request begins. */
  onRequest: (request: RoutedRequest) => void
}

/** The way of requests to the instances and of their answers back. */
export class Passage {
  /** Requests an instance has been given and has not answered. */
  readonly #asked = new WeakMap<IncomingMessage, string>()

  constructor(private readonly options: PassageOptions) {
    const { proxy } = options
    proxy.on('proxyRes', (answer, req, res) => {
      this.#began(req, answer)
      // An instance that dies in the middle of its answer: the client must not wait for ever.
      answer.once('close', () => answer.complete || res.destroy())
    })
    proxy.on('proxyReqWs', (request, req) => {
      request.once('upgrade', (answer) => this.#began(req, answer))
      request.once('response', (answer) => this.#began(req, answer))
    })
    // Every request has a callback for its errors; what comes here came after its end.
    proxy.on('error', () => {})
  }

  /** Passes a request on. Never throws. */
  async web(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const give = (page: Page) => show(page, res)
    await this.#pass(req, res, give, (options, failed) =>
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
    const give = (page: Page) => showOn(page, client)
    await this.#pass(req, client, give, (options, failed) =>
      this.options.proxy.ws(req, client, head, options, failed),
    )
  }

  async #pass(
    req: IncomingMessage,
    client: { destroyed: boolean; destroy(): unknown },
    give: (page: Page) => void,
    start: (options: ServerOptions, failed: () => void) => void,
  ): Promise<void> {
    const { turns, targets, secure, onSocket } = this.options
    const reached = await turns.reach()
    if (!reached) return this.#refuse(req, nobody(targets()), give)
    const { name, socket } = reached
    onSocket(socket)
    // It may have left, or been ended, meanwhile.
    if (client.destroyed) return void socket.destroy()
    const failed = () => {
      const waits = this.#asked.delete(req) && !client.destroyed
      if (waits) this.#refuse(req, broken(name), give)
    }
    this.#asked.set(req, name)
    forward(req, secure)
    try {
      start(connectedBy(reached), failed)
    } catch {
      // A request line that Node's parser lets pass, but its URL does not.
      failed()
    }
  }

  #began(req: IncomingMessage, answer: IncomingMessage): void {
    const instance = this.#asked.get(req)
    this.#asked.delete(req)
    if (instance) arrive(answer, instance)
    this.#tell(req, instance, answer.statusCode ?? 0)
  }

  #refuse(req: IncomingMessage, page: Page, give: (page: Page) => void): void {
    this.#tell(req, undefined, page.status)
    give(page)
  }

  #tell(req: IncomingMessage, instance: string | undefined, status: number): void {
    const { method = '', url: path = '' } = req
    this.options.onRequest({ method, path, instance, status })
  }
}

// The connection is there already, so the library cannot fail to make one.
function connectedBy({ socket }: Reached): ServerOptions {
  const agent = new Agent()
  Object.assign(agent, { createConnection: () => socket })
  return { agent, target: { host: '127.0.0.1', port: socket.remotePort ?? 0 } }
}
