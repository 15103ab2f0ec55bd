import { describe, expect, test } from 'vitest'
import { openTap, type ClosedEvent, type Recording } from '../../workshop/wire/index.ts'
import {
  RawClient,
  command,
  commandsIn,
  fake,
  redis,
  soon,
  tapped,
  until,
} from './wire-support.ts'

function closed(recording: Recording): Promise<ClosedEvent> {
  return recording.until((events) => events.find((event) => event.kind === 'close'), soon())
}

describe('the ends of a connection', () => {
  test('Redis hangs up in the middle of a reply: what came is passed on, and no reply is told', async () => {
    const server = await fake((socket) =>
      socket.once('data', () => socket.end('$100\r\nonly the beginning')),
    )
    const { tap, recording } = await tapped(server)
    const client = new RawClient(tap.port)
    client.write(command('GET', 'k'))
    expect((await closed(recording)).by).toBe('server')
    await until('the end', () => client.ended)
    expect(client.received.toString()).toBe('$100\r\nonly the beginning')
    expect(commandsIn(recording.events)[0]?.reply).toBeUndefined()
    expect(tap.openConnections()).toEqual([])
  })

  test('half-closed by the program: it still gets its answer', async () => {
    const server = await fake((socket) =>
      socket.on('end', () => socket.end('+late\r\n')).resume(),
    )
    const { tap, recording } = await tapped(server)
    const client = new RawClient(tap.port, { allowHalfOpen: true })
    client.socket.end(command('GET', 'k'))
    await client.gets('+late\r\n')
    expect((await closed(recording)).by).toBe('client')
  })

  test('half-closed by Redis: it still gets what the program sends', async () => {
    const heard: Buffer[] = []
    const server = await fake((socket) =>
      socket.on('data', (chunk) => heard.push(chunk)).end('+bye\r\n'),
    )
    const { tap, recording } = await tapped(server)
    const client = new RawClient(tap.port, { allowHalfOpen: true })
    await until('the end', () => client.ended)
    client.socket.end('PING\r\n')
    await until('the words', () => Buffer.concat(heard).toString() === 'PING\r\n')
    expect((await closed(recording)).by).toBe('server')
  })

  test('a reset by the program cuts the other side, and the other way round', async () => {
    const server = await fake((socket) => socket.resume())
    const { tap, recording } = await tapped(server)
    const client = new RawClient(tap.port)
    client.write('PING\r\n')
    await recording.until((events) => commandsIn(events)[0], soon())
    await until('upstream', () => server.sockets.length === 1)
    client.socket.resetAndDestroy()
    await until('upstream closed', () => server.sockets[0]?.closed)
    expect((await closed(recording)).by).toBe('client')

    const again = new RawClient(tap.port)
    await until('upstream', () => server.sockets.length === 2)
    server.sockets[1]?.resetAndDestroy()
    await until('client closed', () => again.socket.closed)
  })

  test('nobody listens upstream: the program is hung up on', async () => {
    const { tap, recording } = await tapped({ port: 1 })
    const client = new RawClient(tap.port)
    await until('client closed', () => client.socket.closed)
    expect((await closed(recording)).by).toBe('server')
    expect(tap.openConnections()).toEqual([])
  })

  test('what is not RESP is passed on, said once, and recorded no more', async () => {
    const server = await fake((socket) => socket.on('data', (chunk) => socket.write(chunk)))
    const { tap, recording } = await tapped(server)
    const client = new RawClient(tap.port)
    client.write(command('PING'))
    await client.gets('PING')
    client.write('$3\r\nfoo\r\n')
    await client.gets('foo')
    client.write(command('SET', 'a', 'b'))
    await client.gets('SET')
    expect(client.received.toString()).toBe(
      `${command('PING')}$3\r\nfoo\r\n${command('SET', 'a', 'b')}`,
    )
    expect(recording.events.map(({ kind }) => kind)).toEqual(['open', 'command', 'odd'])
  })
})

describe('down, up and cut', () => {
  test('down refuses and cuts, up brings it back on the same port', async () => {
    const { tap, recording } = await tapped(await redis())
    const client = new RawClient(tap.port)
    client.write('PING\r\n')
    await client.gets('PONG')
    const { port } = tap
    await tap.down()
    await until('client closed', () => client.socket.closed)
    expect((await closed(recording)).by).toBe('workshop')
    const refused = new RawClient(port)
    await until('refused', () => refused.error)
    expect(refused.error).toMatchObject({ code: 'ECONNREFUSED' })
    await tap.down()
    await tap.up()
    await tap.up()
    expect(tap.port).toBe(port)
    const back = new RawClient(port)
    back.write('PING\r\n')
    await back.gets('PONG')
    expect(tap.openConnections()).toEqual([2])
  })

  test('cut ends one connection', async () => {
    const { tap } = await tapped(await redis())
    const clients = [new RawClient(tap.port), new RawClient(tap.port)]
    for (const client of clients) {
      client.write('PING\r\n')
      await client.gets('PONG')
    }
    expect(tap.openConnections()).toEqual([1, 2])
    tap.cut(1)
    tap.cut(7)
    await until('one closed', () => clients.some((client) => client.socket.closed))
    expect(tap.openConnections()).toEqual([2])
  })

  test('a taken port is an error', async () => {
    const { tap, recording } = await tapped({ port: 1 })
    const second = openTap({
      instance: 'web.2',
      recording,
      upstream: { host: '127.0.0.1', port: 1 },
      port: tap.port,
    })
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test('connections are numbered per instance, over several taps', async () => {
    const server = await redis()
    const { tap, recording } = await tapped(server)
    const other = await tapped(server, { instance: 'web.2', recording })
    const restarted = await tapped(server, { recording })
    for (const port of [tap.port, other.tap.port, restarted.tap.port]) {
      const client = new RawClient(port)
      client.write('PING\r\n')
      await client.gets('PONG')
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
