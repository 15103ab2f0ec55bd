import { describe, expect, test } from 'vitest'
import {
  Gate,
  RawClient,
  command,
  commandsIn,
  fake,
  redis,
  tapped,
  until,
} from './wire-support.ts'

describe('hold', () => {
  test('from the command on, bytes wait, whole and in order; other connections flow', async () => {
    const server = await redis()
    const { tap, recording } = await tapped(server)
    const gate = new Gate()
    tap.hold(({ name }) => name === 'SUBSCRIBE', gate.promise)
    const client = new RawClient(tap.port)
    const words = [
      command('SET', 'before', '1'),
      command('SUBSCRIBE', 'a'),
      command('PING', 'after'),
    ]
    client.write(Buffer.concat(words))
    await client.gets('+OK\r\n')
    const other = new RawClient(tap.port)
    other.write(
      Buffer.concat([command('PUBLISH', 'a', 'lost'), command('PUBSUB', 'NUMSUB', 'a')]),
    )
    await other.gets(':0\r\n*2\r\n$1\r\na\r\n:0\r\n')
    expect(client.received.toString()).toBe('+OK\r\n')
    expect(commandsIn(recording.events).map(({ name }) => name)).toEqual([
      'SET',
      'SUBSCRIBE',
      'PUBLISH',
      'PUBSUB',
    ])
    gate.open()
    await client.gets('after')
    expect(client.received.toString()).toBe(
      '+OK\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*2\r\n$4\r\npong\r\n$5\r\nafter\r\n',
    )
  })

  test('a command that comes in pieces is held too', async () => {
    const { tap } = await tapped(await redis())
    const gate = new Gate()
    tap.hold(({ name }) => name === 'SET', gate.promise)
    const client = new RawClient(tap.port)
    for (const byte of command('SET', 'a', '1'))
      await new Promise((sent) => client.socket.write(Buffer.of(byte), sent))
    const other = new RawClient(tap.port)
    other.write('EXISTS a\r\n')
    await other.gets(':0\r\n')
    gate.fail(new Error('a rejection lets go as well'))
    await client.gets('+OK\r\n')
  })

  test('two holds: both must let go; afterwards nothing is held', async () => {
    const { tap } = await tapped(await redis())
    const gates = [new Gate(), new Gate()]
    for (const { promise } of gates) tap.hold(({ name }) => name === 'PING', promise)
    const client = new RawClient(tap.port)
    client.write('PING one\r\n')
    const other = new RawClient(tap.port)
    gates[0]?.open()
    other.write('ECHO fence\r\n')
    await other.gets('fence')
    expect(client.size).toBe(0)
    gates[1]?.open()
    await client.gets('one')
    client.write('PING two\r\n')
    await client.gets('two')
  })

  test('one that never lets go: memory stays bounded and close works', async () => {
    const { tap } = await tapped(await redis())
    tap.hold(({ name }) => name === 'SET', new Promise(() => {}))
    const client = new RawClient(tap.port)
    const set = command('SET', 'a', Buffer.alloc(1000))
    await until('the socket is full', async () => {
      for (let i = 0; i < 1000; i++) client.write(set)
      return client.socket.writableLength > 30_000_000
    })
    // What the tap took out of the kernel's buffers is two chunks at most.
    expect(client.socket.bytesWritten - client.socket.writableLength).toBeLessThan(10_000_000)
    await tap.close()
    await until('client closed', () => client.socket.closed)
  })
})

describe('back-pressure', () => {
  const chunk = Buffer.alloc(1_000_000, 'x')

  test('a program that reads slowly stops Redis, not fills the tap', async () => {
    let sent = 0
    const server = await fake((socket) => {
      const more = () => {
        while (sent < 200_000_000 && socket.write(chunk)) sent += chunk.length
      }
      socket.on('drain', more)
      socket.write('$200000000\r\n')
      more()
    })
    const { tap } = await tapped(server)
    const client = new RawClient(tap.port)
    client.socket.pause()
    const before = process.memoryUsage().arrayBuffers
    await settles(() => sent)
    expect(sent).toBeLessThan(50_000_000)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
    const atRest = sent
    client.socket.removeAllListeners('data')
    client.socket.on('data', () => {})
    client.socket.resume()
    await until('it goes on', () => sent > atRest + 20_000_000)
  })

  test('a Redis that reads slowly stops the program', async () => {
    const server = await fake((socket) => socket.pause())
    const { tap } = await tapped(server)
    const client = new RawClient(tap.port)
    client.write('*2\r\n$3\r\nGET\r\n$100000000\r\n')
    for (let i = 0; i < 60; i++) client.write(chunk)
    await settles(() => client.socket.writableLength)
    expect(client.socket.writableLength).toBeGreaterThan(30_000_000)
    server.sockets[0]?.resume()
    await until('it goes on', () => client.socket.writableLength === 0)
  })
})

/** Waits until a number has not changed for 2,000 turns of the event loop in a row. */
async function settles(look: () => number): Promise<void> {
  let same = 0
  let last = -1
  await until('rest', () => {
    const now = look()
    same = now === last ? same + 1 : 0
    last = now
    return same > 2000
  })
}
