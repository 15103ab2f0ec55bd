import { once } from 'node:events'
import { request } from 'node:http'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { expect, test } from 'vitest'
import { localhostCertificate } from '../../../workshop/proxy/index.ts'
import { later } from '../support/on-finished.ts'
import {
  echoAfterUpgrade,
  readUntil,
  fakeBackend,
  startRouter,
  upgrade,
} from './fake-backend.ts'

test('after an upgrade bytes pass unchanged in both directions', async () => {
  const backends = [await fakeBackend('web.1'), await fakeBackend('web.2')]
  backends.forEach(echoAfterUpgrade)
  const { router, routed } = await startRouter(backends)
  await upgrade(router)
  const { answer, socket } = await upgrade(router)
  expect(answer.headers['x-served-by']).toBe('web.2')
  expect(await readUntil(socket, ';')).toBe('this is web.2;')
  socket.write('\u0000\u0001hello')
  expect(await readUntil(socket, 'hello')).toBe('\u0000\u0001hello')
  expect(routed.map((one) => [one.instance, one.status])).toEqual([
    ['web.1', 101],
    ['web.2', 101],
  ])
})

test('bytes that the client sends along with its upgrade arrive', async () => {
  const web1 = await fakeBackend('web.1')
  echoAfterUpgrade(web1)
  const { router } = await startRouter([web1])
  const { socket } = await upgrade(router, 'early')
  expect(await readUntil(socket, 'early')).toBe('this is web.1;early')
})

test('a crash of an instance ends its sockets, and new ones go to another instance', async () => {
  const backends = [await fakeBackend('web.1'), await fakeBackend('web.2')]
  backends.forEach(echoAfterUpgrade)
  const { router } = await startRouter(backends)
  const { socket } = await upgrade(router)
  socket.on('error', () => {}).resume()
  const ended = once(socket, 'close')
  await backends[0]?.crash()
  await ended
  for (const _ of [1, 2]) {
    expect((await upgrade(router)).answer.headers['x-served-by']).toBe('web.2')
  }
})

test('a refused upgrade gets the answer of the instance, 502 or 503', async () => {
  const web1 = await fakeBackend('web.1')
  const { router, routed } = await startRouter([web1])
  web1.server.on('upgrade', (_req, socket) => {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno')
  })
  expect(await refused(router)).toEqual([401, 'web.1'])
  web1.server.removeAllListeners('upgrade').on('upgrade', (_req, socket) => socket.destroy())
  expect(await refused(router)).toEqual([502, 'router'])
  await web1.crash()
  expect(await refused(router)).toEqual([503, 'router'])
  expect(routed.map(({ status }) => status)).toEqual([401, 502, 503])
})

test('a WebSocket from a page of another site is refused', async () => {
  const web1 = await fakeBackend('web.1')
  echoAfterUpgrade(web1)
  const { router } = await startRouter([web1])
  for (const Origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example'])
    expect(await refused(router, { Origin }), Origin).toEqual([403, 'router'])
  expect(await refused(router, { Host: 'rebound.example' })).toEqual([421, 'router'])
  expect(web1.connections).toBe(0)
  const { answer } = await upgrade(router, '', { Origin: 'http://localhost:5173' })
  expect(answer.statusCode).toBe(101)
})

async function refused(
  { port }: { port: number },
  more: Record<string, string> = {},
): Promise<unknown[]> {
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', ...more }
  const asked = request({ host: '127.0.0.1', port, headers, agent: false }).end()
  const [answer] = await once(asked, 'response')
  answer.resume()
  return [answer.statusCode, answer.headers['x-served-by']]
}

test('close ends the open sockets on both sides', async () => {
  const web1 = await fakeBackend('web.1')
  echoAfterUpgrade(web1)
  const { router } = await startRouter([web1])
  const { socket } = await upgrade(router)
  socket.on('error', () => {}).resume()
  const ended = once(socket, 'close')
  await router.close()
  await ended
  const open = await new Promise((resolve) => web1.server.getConnections((_, n) => resolve(n)))
  expect(open).toBeLessThanOrEqual(1)
})

test.each([['websocket'], ['polling']])('socket.io over TLS, by %s', async (transport) => {
  const web1 = await fakeBackend('web.1')
  const server = new Server(web1.server)
  later(() => server.close())
  server.on('connection', (socket) => {
    socket.on('ask', (text, answer) => answer(`${text}, ${socket.handshake.headers.cookie}`))
  })
  const { router } = await startRouter([web1], { tls: true })
  const extraHeaders = { Cookie: 'a=1' }
  const options = { transports: [transport], ca: localhostCertificate().cert, extraHeaders }
  const socket = io(router.url, { ...options, forceNew: true })
  later(() => socket.close())
  expect(await socket.timeout(5000).emitWithAck('ask', 'hello')).toBe('hello, a=1')
})
