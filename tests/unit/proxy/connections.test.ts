import { describe, expect, test } from 'vitest'
import { startProxy, type ClosedEvent, type Recording } from '../../../workshop/proxy/index.ts'
import {
  RawClient,
  encodeCommand,
  commandsIn,
  startFakeServer,
  startTestRedis,
  timeoutSignal,
  startTestProxy,
  waitUntil,
} from './proxy-fixture.ts'

function closed(recording: Recording): Promise<ClosedEvent> {
  return recording.waitFor(
    (events) => events.find((event) => event.kind === 'close'),
    timeoutSignal(),
  )
}

describe('a connection', () => {
  test('that Redis closes in the middle of a reply: the bytes are forwarded, no reply is recorded', async () => {
    const server = await startFakeServer((socket) =>
      socket.once('data', () => socket.end('$100\r\nonly the beginning')),
    )
    const { proxy, recording } = await startTestProxy(server)
    const client = new RawClient(proxy.port)
    client.write(encodeCommand('GET', 'k'))
    expect((await closed(recording)).by).toBe('server')
    await waitUntil('the end', () => client.ended)
    expect(client.received.toString()).toBe('$100\r\nonly the beginning')
    expect(commandsIn(recording.events)[0]?.reply).toBeUndefined()
    expect(proxy.openConnections()).toEqual([])
  })

  test('half-closed by the program still forwards the reply', async () => {
    const server = await startFakeServer((socket) =>
      socket.on('end', () => socket.end('+late\r\n')).resume(),
    )
    const { proxy, recording } = await startTestProxy(server)
    const client = new RawClient(proxy.port, { allowHalfOpen: true })
    client.socket.end(encodeCommand('GET', 'k'))
    await client.waitForBytes('+late\r\n')
    expect((await closed(recording)).by).toBe('client')
  })

  test('half-closed by Redis still forwards what the program sends', async () => {
    const received: Buffer[] = []
    const server = await startFakeServer((socket) =>
      socket.on('data', (chunk) => received.push(chunk)).end('+bye\r\n'),
    )
    const { proxy, recording } = await startTestProxy(server)
    const client = new RawClient(proxy.port, { allowHalfOpen: true })
    await waitUntil('the end', () => client.ended)
    client.socket.end('PING\r\n')
    await waitUntil('the command', () => Buffer.concat(received).toString() === 'PING\r\n')
    expect((await closed(recording)).by).toBe('server')
  })

  test('reset on one side is closed on the other side', async () => {
    const server = await startFakeServer((socket) => socket.resume())
    const { proxy, recording } = await startTestProxy(server)
    const client = new RawClient(proxy.port)
    client.write('PING\r\n')
    await recording.waitFor((events) => commandsIn(events)[0], timeoutSignal())
    await waitUntil('upstream', () => server.sockets.length === 1)
    client.socket.resetAndDestroy()
    await waitUntil('upstream closed', () => server.sockets[0]?.closed)
    expect((await closed(recording)).by).toBe('client')

    const again = new RawClient(proxy.port)
    await waitUntil('upstream', () => server.sockets.length === 2)
    server.sockets[1]?.resetAndDestroy()
    await waitUntil('client closed', () => again.socket.closed)
  })

  test('is closed when Redis refuses the connection', async () => {
    const { proxy, recording } = await startTestProxy({ port: 1 })
    const client = new RawClient(proxy.port)
    await waitUntil('client closed', () => client.socket.closed)
    expect((await closed(recording)).by).toBe('server')
    expect(proxy.openConnections()).toEqual([])
  })

  test('that is not RESP is forwarded, and recorded as one protocol error', async () => {
    const server = await startFakeServer((socket) =>
      socket.on('data', (chunk) => socket.write(chunk)),
    )
    const { proxy, recording } = await startTestProxy(server)
    const client = new RawClient(proxy.port)
    client.write(encodeCommand('PING'))
    await client.waitForBytes('PING')
    client.write('$3\r\nfoo\r\n')
    await client.waitForBytes('foo')
    client.write(encodeCommand('SET', 'a', 'b'))
    await client.waitForBytes('SET')
    expect(client.received.toString()).toBe(
      `${encodeCommand('PING')}$3\r\nfoo\r\n${encodeCommand('SET', 'a', 'b')}`,
    )
    expect(recording.events.map(({ kind }) => kind)).toEqual([
      'open',
      'command',
      'protocol-error',
    ])
  })
})

describe('disable, enable and disconnect', () => {
  test('disable closes connections and the port, enable opens the same port', async () => {
    const { proxy, recording } = await startTestProxy(await startTestRedis())
    const client = new RawClient(proxy.port)
    client.write('PING\r\n')
    await client.waitForBytes('PONG')
    const { port } = proxy
    await proxy.disable()
    await waitUntil('client closed', () => client.socket.closed)
    expect((await closed(recording)).by).toBe('proxy')
    const refused = new RawClient(port)
    await waitUntil('refused', () => refused.error)
    expect(refused.error).toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.disable()
    await proxy.enable()
    await proxy.enable()
    expect(proxy.port).toBe(port)
    const back = new RawClient(port)
    back.write('PING\r\n')
    await back.waitForBytes('PONG')
    expect(proxy.openConnections()).toEqual([2])
  })

  test('disconnect closes one connection', async () => {
    const { proxy } = await startTestProxy(await startTestRedis())
    const clients = [new RawClient(proxy.port), new RawClient(proxy.port)]
    for (const client of clients) {
      client.write('PING\r\n')
      await client.waitForBytes('PONG')
    }
    expect(proxy.openConnections()).toEqual([1, 2])
    proxy.disconnect(1)
    proxy.disconnect(7)
    await waitUntil('one closed', () => clients.some((client) => client.socket.closed))
    expect(proxy.openConnections()).toEqual([2])
  })

  test('a port in use is an error', async () => {
    const { proxy, recording } = await startTestProxy({ port: 1 })
    const second = startProxy({
      instance: 'web.2',
      recording,
      upstream: { host: '127.0.0.1', port: 1 },
      port: proxy.port,
    })
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test('connections are numbered per instance, across several proxies', async () => {
    const server = await startTestRedis()
    const { proxy, recording } = await startTestProxy(server)
    const other = await startTestProxy(server, { instance: 'web.2', recording })
    const restarted = await startTestProxy(server, { recording })
    for (const port of [proxy.port, other.proxy.port, restarted.proxy.port]) {
      const client = new RawClient(port)
      client.write('PING\r\n')
      await client.waitForBytes('PONG')
    }
    const opened = recording.events.filter((event) => event.kind === 'open')
    expect(opened.map(({ instance, connection }) => `${instance} ${connection}`)).toEqual([
      'web.1 1',
      'web.2 1',
      'web.1 2',
    ])
    const seqs = recording.events.map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
  })
})
