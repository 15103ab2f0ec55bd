import { once } from 'node:events'
import {
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
  createServer,
  request,
} from 'node:http'
import { request as requestTls } from 'node:https'
import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type RoutedRequest, type Router, openRouter } from '../../../workshop/router/index.ts'
import { closePort, listen } from '../../../workshop/proxy/sockets.ts'
import { localhostCertificate } from '../../../workshop/proxy/index.ts'
import { later } from '../support/on-finished.ts'

/** An HTTP server in place of an instance. */
export interface FakeBackend {
  name: string
  port: number
  /** The number of connections it has accepted. */
  connections: number
  /** Cuts its connections and closes its port, as SIGKILL does. */
  crash(): Promise<void>
  /** Listens on the same port again. */
  listenAgain(): Promise<void>
  server: ReturnType<typeof createServer>
}

/** Starts a backend. @param answer by default it sends its name */
export async function fakeBackend(
  name: string,
  answer: RequestListener = (_req, res) => void res.end(name),
): Promise<FakeBackend> {
  const sockets = new Set<Socket>()
  const server = createServer(answer)
  let unblock: (() => Promise<void>) | undefined
  const backend: FakeBackend = {
    name,
    port: await listen(server, 0),
    connections: 0,
    server,
    async crash() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
      await unblock?.()
      unblock = await closePort(backend.port)
    },
    async listenAgain() {
      await unblock?.()
      await listen(server, backend.port)
    },
  }
  server.on('connection', (socket: Socket) => {
    backend.connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  later(async () => {
    await backend.crash()
    await unblock?.()
  })
  return backend
}

/** A router in front of these, and the requests that it has reported so far. */
export async function startRouter(
  backends: readonly FakeBackend[],
  options: { tls?: boolean } = {},
): Promise<{ router: Router; routed: RoutedRequest[] }> {
  const router = await openRouter({ backends: () => backends, ...options })
  later(() => router.close())
  const routed: RoutedRequest[] = []
  router.on((one) => routed.push(one))
  return { router, routed }
}

/** A response, and the instance that the router names in it. */
export interface RouterResponse {
  status: number
  by: string
  text: string
  headers: IncomingMessage['headers']
}

/** Sends a request to a router. */
export async function ask(
  { url }: { url: string },
  path = '/',
  { body, ...options }: RequestOptions & { body?: string } = {},
): Promise<RouterResponse> {
  const start = url.startsWith('https:') ? requestTls : request
  const tls = { ca: localhostCertificate().cert }
  const asked = start(new URL(path, url), { agent: false, ...tls, ...options })
  asked.end(body)
  const [answer]: IncomingMessage[] = await once(asked, 'response')
  if (!answer) throw new Error('no answer')
  return {
    status: answer.statusCode ?? 0,
    by: String(answer.headers['x-served-by']),
    text: (await buffer(answer)).toString(),
    headers: answer.headers,
  }
}

/** Requests an upgrade. @param head bytes that the client sends along with it */
export function upgrade(
  { port }: { port: number },
  head = '',
  more: Record<string, string> = {},
): Promise<{ answer: IncomingMessage; socket: Socket }> {
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', ...more }
  const asked = request({ host: '127.0.0.1', port, headers, agent: false })
  asked.on('socket', (socket) => socket.once('connect', () => head && socket.write(head)))
  asked.end()
  return new Promise((resolve, reject) => {
    asked.once('error', reject)
    asked.once('upgrade', (answer, socket, first) => {
      later(() => socket.destroy())
      socket.unshift(first)
      resolve({ answer, socket })
    })
  })
}

/** Makes a backend accept upgrades: it sends its name, then echoes what it receives. */
export function echoAfterUpgrade({ name, server }: FakeBackend): void {
  server.on('upgrade', (_req, socket: Socket) => {
    socket.on('error', () => {})
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n')
    socket.write(`Upgrade: websocket\r\n\r\nthis is ${name};`)
    socket.pipe(socket)
  })
}

/** Reads until a text has arrived. */
export async function readUntil(socket: Socket, text: string): Promise<string> {
  let received = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received += String(chunk)
    if (received.includes(text)) return received
  }
  throw new Error(`the socket ended after "${received}"`)
}
