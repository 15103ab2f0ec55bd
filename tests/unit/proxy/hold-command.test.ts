import { describe, expect, test } from 'vitest'
import { formatEvents } from '../../../workshop/proxy/index.ts'
import {
  Latch,
  RawClient,
  encodeCommand,
  commandsIn,
  startFakeServer,
  startTestRedis,
  startTestProxy,
  timeoutSignal,
  waitUntil,
} from './proxy-fixture.ts'

describe('a held command', () => {
  test('delays itself and what follows on its connection, in order, and no other connection', async () => {
    const server = await startTestRedis()
    const { proxy, recording } = await startTestProxy(server)
    const latch = new Latch()
    proxy.holdCommand(({ name }) => name === 'SUBSCRIBE', latch.promise)
    const client = new RawClient(proxy.port)
    const words = [
      encodeCommand('SET', 'before', '1'),
      encodeCommand('SUBSCRIBE', 'a'),
      encodeCommand('PING', 'after'),
    ]
    client.write(Buffer.concat(words))
    await client.waitForBytes('+OK\r\n')
    const other = new RawClient(proxy.port)
    other.write(
      Buffer.concat([
        encodeCommand('PUBLISH', 'a', 'lost'),
        encodeCommand('PUBSUB', 'NUMSUB', 'a'),
      ]),
    )
    await other.waitForBytes(':0\r\n*2\r\n$1\r\na\r\n:0\r\n')
    expect(client.received.toString()).toBe('+OK\r\n')
    expect(commandsIn(recording.events).map(({ name }) => name)).toEqual([
      'SET',
      'SUBSCRIBE',
      'PUBLISH',
      'PUBSUB',
    ])
    latch.open()
    await client.waitForBytes('after')
    expect(client.received.toString()).toBe(
      '+OK\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*2\r\n$4\r\npong\r\n$5\r\nafter\r\n',
    )
  })

  test('is held when it arrives byte by byte', async () => {
    const { proxy } = await startTestProxy(await startTestRedis())
    const latch = new Latch()
    proxy.holdCommand(({ name }) => name === 'SET', latch.promise)
    const client = new RawClient(proxy.port)
    for (const byte of encodeCommand('SET', 'a', '1'))
      await new Promise((sent) => client.socket.write(Buffer.of(byte), sent))
    const other = new RawClient(proxy.port)
    other.write('EXISTS a\r\n')
    await other.waitForBytes(':0\r\n')
    latch.fail(new Error('a rejection releases the command as well'))
    await client.waitForBytes('+OK\r\n')
  })

  test('is never sent when it is released after a disconnect, nor is what follows', async () => {
    const { proxy, recording } = await startTestProxy(await startTestRedis())
    const latch = new Latch()
    proxy.holdCommand(({ name }) => name === 'SET', latch.promise)
    const client = new RawClient(proxy.port)
    client.write(
      Buffer.concat([encodeCommand('SET', 'a', '1'), encodeCommand('PING', 'behind')]),
    )
    const completed: string[] = []
    recording.onCompleted((event) => {
      if (event.kind !== 'open')
        completed.push(event.kind === 'command' ? event.name : event.kind)
    })
    await recording.waitFor(
      (events) => commandsIn(events)[0]?.held || undefined,
      timeoutSignal(),
    )
    proxy.disconnect(1)
    await waitUntil(
      'client closed',
      () => client.socket.closed && proxy.openConnections().length === 0,
    )
    latch.open()
    await latch.promise
    await new Promise((resolve) => setImmediate(resolve))
    expect(recording.events.map(({ kind }) => kind)).toEqual(['open', 'command', 'close'])
    expect(recording.events[1]).toMatchObject({ name: 'SET', held: true, reply: undefined })
    expect(completed).toEqual(['SET', 'close'])
    expect(formatEvents(recording.events)[1]).toContain('-> held (by the workshop)')
  })

  test('waits for both of two holds, and is held only once', async () => {
    const { proxy, recording } = await startTestProxy(await startTestRedis())
    const latches = [new Latch(), new Latch()]
    for (const { promise } of latches) proxy.holdCommand(({ name }) => name === 'PING', promise)
    const client = new RawClient(proxy.port)
    client.write('PING one\r\n')
    const other = new RawClient(proxy.port)
    latches[0]?.open()
    other.write('ECHO fence\r\n')
    await other.waitForBytes('fence')
    expect(client.size).toBe(0)
    latches[1]?.open()
    await client.waitForBytes('one')
    client.write('PING two\r\n')
    await client.waitForBytes('two')
    const pings = commandsIn(recording.events).filter(({ name }) => name === 'PING')
    expect(pings).toMatchObject([{ held: false, wasHeld: true }, { held: false }])
    expect(pings[1]).not.toHaveProperty('wasHeld')
  })

  test('may hold its reply: the reply is recorded at once, and forwarded later in order', async () => {
    const { proxy, recording } = await startTestProxy(await startTestRedis())
    const latch = new Latch()
    proxy.holdReply(({ name }) => name === 'GET', latch.promise)
    const client = new RawClient(proxy.port)
    client.write(Buffer.concat([encodeCommand('PING', 'before'), encodeCommand('GET', 'a')]))
    await recording.waitFor(
      (events) => commandsIn(events)[1]?.replySeq ?? undefined,
      timeoutSignal(),
    )
    const other = new RawClient(proxy.port)
    other.write(encodeCommand('SET', 'a', '1'))
    await other.waitForBytes('+OK\r\n')
    client.write(encodeCommand('PING', 'behind'))
    await recording.waitFor(
      (events) => commandsIn(events).at(-1)?.replySeq ?? undefined,
      timeoutSignal(),
    )
    expect(client.received.toString()).not.toContain('$-1')
    latch.open()
    await client.waitForBytes('behind')
    expect(client.received.toString()).toBe('$6\r\nbefore\r\n$-1\r\n$6\r\nbehind\r\n')
    client.write(encodeCommand('GET', 'a'))
    await client.waitForBytes('$1\r\n1\r\n')
  })

  test('that is never released: memory stays bounded, and close works', async () => {
    const { proxy } = await startTestProxy(await startTestRedis())
    proxy.holdCommand(({ name }) => name === 'SET', new Promise(() => {}))
    const client = new RawClient(proxy.port)
    const set = encodeCommand('SET', 'a', Buffer.alloc(1000))
    await waitUntil('the socket is full', async () => {
      for (let i = 0; i < 1000; i++) client.write(set)
      return client.socket.writableLength > 30_000_000
    })
    // The proxy has read at most two chunks from the kernel's buffers.
    expect(client.socket.bytesWritten - client.socket.writableLength).toBeLessThan(10_000_000)
    await proxy.close()
    await waitUntil('client closed', () => client.socket.closed)
  })
})

describe('backpressure', () => {
  const chunk = Buffer.alloc(1_000_000, 'x')

  test('a program that reads slowly slows down Redis, and the proxy does not buffer', async () => {
    let sent = 0
    const server = await startFakeServer((socket) => {
      const more = () => {
        while (sent < 200_000_000 && socket.write(chunk)) sent += chunk.length
      }
      socket.on('drain', more)
      socket.write('$200000000\r\n')
      more()
    })
    const { proxy } = await startTestProxy(server)
    const client = new RawClient(proxy.port)
    client.socket.pause()
    const before = process.memoryUsage().arrayBuffers
    await untilStable(() => sent)
    expect(sent).toBeLessThan(50_000_000)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
    const atRest = sent
    client.socket.removeAllListeners('data')
    client.socket.on('data', () => {})
    client.socket.resume()
    await waitUntil('it goes on', () => sent > atRest + 20_000_000)
  })

  test('a Redis that reads slowly slows down the program', async () => {
    const server = await startFakeServer((socket) => socket.pause())
    const { proxy } = await startTestProxy(server)
    const client = new RawClient(proxy.port)
    client.write('*2\r\n$3\r\nGET\r\n$100000000\r\n')
    for (let i = 0; i < 60; i++) client.write(chunk)
    await untilStable(() => client.socket.writableLength)
    expect(client.socket.writableLength).toBeGreaterThan(30_000_000)
    server.sockets[0]?.resume()
    await waitUntil('it goes on', () => client.socket.writableLength === 0)
  })
})

/** Waits until a number has not changed for 2,000 turns of the event loop in a row. */
async function untilStable(value: () => number): Promise<void> {
  let same = 0
  let last = -1
  await waitUntil('a stable value', () => {
    const now = value()
    same = now === last ? same + 1 : 0
    last = now
    return same > 2000
  })
}
