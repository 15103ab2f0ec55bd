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

/** A server that stands for an instance. */
export interface FakeBackend {
  name: string
  port: number
  /** How many connections it has seen. */
  connections: number
  /** Cuts everything at once and listens no more, as SIGKILL does: from now on it is refused. */
  die(): Promise<void>
  /** Listens again, on the same port. */
  revive(): Promise<void>
  server: ReturnType<typeof createServer>
}

/** Starts an instance that answers like this; usually with its name. */
export async function fakeBackend(
  name: string,
  answer: RequestListener = (_req, res) => void res.end(name),
): Promise<FakeBackend> {
  const sockets = new Set<Socket>()
  const server = createServer(answer)
  let unblock: (() => Promise<void>) | undefined
  const stand: FakeBackend = {
    name,
    port: await listen(server, 0),
    connections: 0,
    server,
    async die() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
      await unblock?.()
      unblock = await closePort(stand.port)
    },
    async revive() {
      await unblock?.()
      await listen(server, stand.port)
    },
  }
  server.on('connection', (socket: Socket) => {
    stand.connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  later(async () => {
    await stand.die()
    await unblock?.()
  })
  return stand
}

/** A router in front of these, and what it has told so far. */
export async function startRouter(
  stands: readonly FakeBackend[],
  options: { tls?: boolean } = {},
): Promise<{ router: Router; told: RoutedRequest[] }> {
  const router = await openRouter({ backends: () => stands, ...options })
  later(() => router.close())
  const told: RoutedRequest[] = []
  router.on((one) => told.push(one))
  return { router, told }
}

/** An answer that has arrived. */
export interface RouterResponse {
  status: number
  by: string
  text: string
  headers: IncomingMessage['headers']
}

/** Asks a router. */
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

/** Asks to speak something else than HTTP from now on; what it says first is in `head`. */
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

/** Makes an instance speak after an upgrade: it says its name and then repeats what it hears. */
export function echoAfterUpgrade({ name, server }: FakeBackend): void {
  server.on('upgrade', (_req, socket: Socket) => {
    socket.on('error', () => {})
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n')
    socket.write(`Upgrade: websocket\r\n\r\nthis is ${name};`)
    socket.pipe(socket)
  })
}

/** Reads until this text has come. */
export async function readUntil(socket: Socket, text: string): Promise<string> {
  let heard = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    heard += String(chunk)
    if (heard.includes(text)) return heard
  }
  throw new Error(`it ended after "${heard}"`)
}
