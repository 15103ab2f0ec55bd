import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { localhostCertificate } from '../proxy/index.ts'
import { listen } from '../proxy/sockets.ts'
import { RequestForwarder, type RoutedRequest } from './forwarder.ts'
import { type Backend, RoundRobin } from './round-robin.ts'

/** One address in front of all instances. */
export interface Router {
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT`. */
  readonly url: string
  readonly port: number
  /** Calls back for every request, when its answer begins. @returns how to stop that */
  on(listener: (request: RoutedRequest) => void): () => void
  /** Ends it, and every connection through it. */
  close(): Promise<void>
}

/** What a router needs to know. */
export interface RouterOptions {
  /** The instances there are; asked again for every request. */
  backends: () => readonly Backend[]
  /** Use TLS with the clients, as a PaaS does; requests to the instances are always HTTP. */
  tls?: boolean
  /** 0, the default: a free one. */
  port?: number
}

/**
 * Listens on 127.0.0.1 and forwards every request to the instances, round robin;
 * WebSockets too. Every response names its instance: `X-Served-By: web.2`.
 *
 * Left out on purpose: sticky sessions, which would hide what this course is about, and
 * connections to instances that are kept for the next request, which a restart would break.
 *
 * @throws when the port is taken
 */
export async function openRouter(options: RouterOptions): Promise<Router> {
  const { backends, tls = false, port = 0 } = options
  // Loaded when it is needed: most steps do without.
  const { createProxyServer } = await import('http-proxy-3')
  const sockets = new Set<Socket>()
  const listeners = new Set<(request: RoutedRequest) => void>()
  const onConnection = (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  const passage = new RequestForwarder({
    proxy: createProxyServer(),
    roundRobin: new RoundRobin(backends),
    targets: backends,
    secure: tls,
    onConnection,
    onRequest: (request) => listeners.forEach((listener) => listener(request)),
  })
  const server = serve(passage, tls).on('connection', onConnection)
  const taken = await listen(server, port)
  return {
    url: tls ? `https://localhost:${taken}` : `http://127.0.0.1:${taken}`,
    port: taken,
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function serve(passage: RequestForwarder, tls: boolean): Server {
  const web = (req: IncomingMessage, res: ServerResponse) => void passage.web(req, res)
  const server = tls ? createTlsServer(localhostCertificate(), web) : createServer(web)
  return server.on('upgrade', (req: IncomingMessage, client: Duplex, head: Buffer) => {
    void passage.upgrade(req, client, head)
  })
}
