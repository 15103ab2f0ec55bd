import { describe, expect, test } from 'vitest'
import {
  RespError,
  type CommandEvent,
  type RespValue,
  type WireEvent,
} from '../../workshop/wire/index.ts'
import { RawClient, command, redis, soon, tapped } from './wire-support.ts'

/** What happens to a program that sends these lines, a PING after them for a fence. */
interface Session {
  lines: string[]
  /** Waits for each reply before the next line. */
  oneByOne?: boolean
  /** Said to Redis by somebody else, once the program had this reply or sent this. */
  tell?: string[][]
  after?: (command: CommandEvent) => unknown
}

async function session({ lines, oneByOne, tell = [], after = () => true }: Session) {
  const running = await redis()
  const { tap, recording } = await tapped(running)
  const seen = (look: (command: CommandEvent) => unknown) =>
    recording.until((events) => commandsIn(events).find((event) => look(event)), soon())
  const client = new RawClient(tap.port)
  if (!oneByOne) client.write(lines.map((line) => `${line}\r\n`).join(''))
  for (const [i, line] of oneByOne ? lines.entries() : []) {
    client.write(`${line}\r\n`)
    await recording.until((events) => commandsIn(events)[i]?.repliedAt, soon())
  }
  await seen(after)
  const other = new RawClient(running.port)
  for (const words of tell) {
    const before = other.size
    other.write(command(...words))
    await other.gets('\r\n', before)
  }
  client.write('PING fence\r\n')
  await seen(({ args, reply }) => args[0] === 'fence' && reply)
  return { replies: replies(recording.events), pushes: pushes(recording.events) }
}

function commandsIn(events: readonly WireEvent[]) {
  return events.filter((event) => event.kind === 'command')
}

function replies(events: readonly WireEvent[]): [string, RespValue | undefined][] {
  return commandsIn(events).map(({ name, args, reply }) => [[name, ...args].join(' '), reply])
}

function pushes(events: readonly WireEvent[]): string[][] {
  return events
    .filter((event) => event.kind === 'push')
    .map(({ name, args }) => [name, ...args])
}

describe.each(['RESP2', 'RESP3'])('%s', (protocol) => {
  const hello = protocol === 'RESP3' ? ['HELLO 3'] : ['HELLO 2']
  const pong = (text: string) => (protocol === 'RESP3' ? text : ['pong', text])

  test('SUBSCRIBE has one reply for all its channels, and its family', async () => {
    const lines = [
      'SUBSCRIBE a b',
      'PSUBSCRIBE c*',
      'SSUBSCRIBE s',
      'PING x',
      'UNSUBSCRIBE',
      'UNSUBSCRIBE',
      'PUNSUBSCRIBE c* d',
      'SUNSUBSCRIBE',
      'GET k',
    ]
    const seen = await session({ lines: [...hello, ...lines] })
    expect(seen.replies.slice(1)).toEqual([
      ['SUBSCRIBE a b', ['subscribe', 'b', 2]],
      ['PSUBSCRIBE c*', ['psubscribe', 'c*', 3]],
      ['SSUBSCRIBE s', ['ssubscribe', 's', 1]],
      ['PING x', pong('x')],
      ['UNSUBSCRIBE', ['unsubscribe', expect.stringMatching(/a|b/), 1]],
      ['UNSUBSCRIBE', ['unsubscribe', null, 1]],
      ['PUNSUBSCRIBE c* d', ['punsubscribe', 'd', 0]],
      ['SUNSUBSCRIBE', ['sunsubscribe', 's', 0]],
      ['GET k', null],
      ['PING fence', 'fence'],
    ])
    expect(seen.pushes).toEqual([])
  })

  test('messages are pushes, between replies', async () => {
    const tell = [
      ['PUBLISH', 'a', 'one'],
      ['PUBLISH', 'cc', 'two'],
      ['SPUBLISH', 's', 'three'],
      ['PUBLISH', 'a', 'four'],
    ]
    const lines = ['SUBSCRIBE a', 'PSUBSCRIBE c*', 'SSUBSCRIBE s']
    const seen = await session({ lines: [...hello, ...lines], tell, oneByOne: true })
    expect(seen.pushes).toEqual([
      ['message', 'a', 'one'],
      ['pmessage', 'c*', 'cc', 'two'],
      ['smessage', 's', 'three'],
      ['message', 'a', 'four'],
    ])
    expect(seen.replies.at(-1)).toEqual(['PING fence', pong('fence')])
  })

  test('errors are replies: also those to SUBSCRIBE', async () => {
    const seen = await session({
      lines: [...hello, 'SUBSCRIBE', 'NOSUCH', 'GET', 'SUBSCRIBE a'],
    })
    expect(seen.replies.slice(1, 4).map(([, reply]) => reply instanceof RespError)).toEqual([
      true,
      true,
      true,
    ])
    expect(seen.replies[4]?.[1]).toEqual(['subscribe', 'a', 1])
  })

  test('a transaction: each command has the answer EXEC brought', async () => {
    const lines = [
      'MULTI',
      'PUBLISH a b',
      'SUBSCRIBE a',
      'NOSUCH',
      'DISCARD',
      'MULTI',
      'PUBLISH a b',
      'SET n x',
      'INCR n',
      'SUBSCRIBE a',
      'EXEC',
    ]
    const seen = await session({ lines: [...hello, ...lines] })
    expect(seen.replies.slice(1)).toEqual([
      ['MULTI', 'OK'],
      ['PUBLISH a b', 'QUEUED'],
      ['SUBSCRIBE a', 'QUEUED'],
      ['NOSUCH', expect.any(RespError)],
      ['DISCARD', 'OK'],
      ['MULTI', 'OK'],
      ['PUBLISH a b', 0],
      ['SET n x', 'OK'],
      ['INCR n', expect.any(RespError)],
      ['SUBSCRIBE a', ['subscribe', 'a', 1]],
      ['EXEC', [0, 'OK', expect.any(RespError), ['subscribe', 'a', 1]]],
      ['PING fence', pong('fence')],
    ])
  })

  test('RESET goes back to RESP2 and ends what was subscribed', async () => {
    const lines = ['SUBSCRIBE a', 'RESET', 'LRANGE l 0 -1', 'SUBSCRIBE b', 'PING x']
    const seen = await session({ lines: [...hello, 'RPUSH l message a b', ...lines] })
    expect(seen.replies.slice(3)).toEqual([
      ['RESET', 'RESET'],
      ['LRANGE l 0 -1', ['message', 'a', 'b']],
      ['SUBSCRIBE b', ['subscribe', 'b', 1]],
      ['PING x', ['pong', 'x']],
      ['PING fence', ['pong', 'fence']],
    ])
  })

  test('MONITOR: what it shows are pushes', async () => {
    const seen = await session({
      lines: [...hello, 'MONITOR'],
      tell: [['SET', 'a', 'b']],
      oneByOne: true,
    })
    expect(seen.replies.slice(1)).toEqual([
      ['MONITOR', 'OK'],
      ['PING fence', 'fence'],
    ])
    expect(seen.pushes.map(([name]) => name)).toEqual(['monitor', 'monitor'])
    expect(seen.pushes[0]?.[1]).toMatch(/"SET" "a" "b"$/)
  })

  test('CLIENT REPLY OFF, SKIP and ON', async () => {
    const lines = [
      'SET a 1',
      'CLIENT REPLY SKIP',
      'SET a 2',
      'GET a',
      'CLIENT REPLY OFF',
      'SET a 3',
      'GET a',
      'CLIENT REPLY SKIP',
      'CLIENT REPLY ON',
      'client reply skip',
      'GET a',
      'GET a',
    ]
    const seen = await session({ lines: [...hello, ...lines] })
    expect(seen.replies.slice(1).map(([, reply]) => reply)).toEqual([
      'OK',
      undefined,
      undefined,
      '2',
      undefined,
      undefined,
      undefined,
      undefined,
      'OK',
      undefined,
      undefined,
      '3',
      'fence',
    ])
  })

  test('a blocking command is answered when it is, and what stands behind it after', async () => {
    const tell = [['RPUSH', 'l', 'x']]
    const seen = await session({ lines: [...hello, 'BLPOP l 0', 'GET a'], tell })
    expect(seen.replies.slice(1)).toEqual([
      ['BLPOP l 0', ['l', 'x']],
      ['GET a', null],
      ['PING fence', 'fence'],
    ])
  })

  test('lists that look like messages or confirmations are replies', async () => {
    const lines = [
      'RPUSH m message a b',
      'RPUSH s subscribe a 1',
      'LRANGE m 0 -1',
      'LRANGE s 0 -1',
    ]
    const more = protocol === 'RESP3' ? ['SUBSCRIBE a', 'LRANGE m 0 -1', 'LRANGE s 0 -1'] : []
    const seen = await session({ lines: [...hello, ...lines, ...more] })
    const lists = seen.replies
      .filter(([text]) => text.startsWith('LRANGE'))
      .map(([, reply]) => reply)
    expect(lists.slice(0, 2)).toEqual([
      ['message', 'a', 'b'],
      ['subscribe', 'a', '1'],
    ])
    expect(lists.slice(2)).toEqual(more.length > 0 ? lists.slice(0, 2) : [])
    expect(seen.pushes).toEqual([])
  })
})

test('CLIENT REPLY OFF while subscribing: confirmations and messages still come', async () => {
  const seen = await session({
    lines: [
      'HELLO 3',
      'CLIENT REPLY OFF',
      'GET a',
      'SUBSCRIBE a',
      'SUBSCRIBE b',
      'CLIENT REPLY ON',
    ],
    after: ({ args, reply }) => args[1] === 'ON' && reply,
    tell: [['PUBLISH', 'a', 'x']],
  })
  expect(seen.pushes).toEqual([['message', 'a', 'x']])
  expect(seen.replies.slice(3).map(([, reply]) => reply)).toEqual([
    ['subscribe', 'a', 1],
    ['subscribe', 'b', 2],
    'OK',
    'fence',
  ])
})

test('RESP3: one connection that publishes to itself, also in a transaction', async () => {
  const seen = await session({
    lines: [
      'HELLO 3',
      'SUBSCRIBE a',
      'PUBLISH a one',
      'MULTI',
      'PUBLISH a two',
      'GET x',
      'EXEC',
    ],
  })
  expect(seen.replies.slice(1)).toEqual([
    ['SUBSCRIBE a', ['subscribe', 'a', 1]],
    ['PUBLISH a one', 1],
    ['MULTI', 'OK'],
    ['PUBLISH a two', 1],
    ['GET x', null],
    ['EXEC', [1, null]],
    ['PING fence', 'fence'],
  ])
  expect(seen.pushes).toEqual([
    ['message', 'a', 'one'],
    ['message', 'a', 'two'],
  ])
})

test('RESP3: invalidations', async () => {
  const seen = await session({
    lines: ['HELLO 3', 'CLIENT TRACKING ON', 'GET a', 'GET b'],
    oneByOne: true,
    tell: [['MSET', 'a', '1', 'b', '1'], ['FLUSHALL']],
  })
  expect(seen.pushes.filter(([name]) => name === 'invalidate').flat()).toEqual(
    expect.arrayContaining(['a', 'b']),
  )
  expect(seen.pushes.at(-1)).toEqual(['invalidate'])
})

test('a Redis with a password refuses CLIENT REPLY OFF, so replies come', async () => {
  const { tap, recording } = await tapped(await redis('--requirepass', 'sesame'))
  const client = new RawClient(tap.port)
  client.write('CLIENT REPLY OFF\r\nPING\r\nAUTH sesame\r\nPING\r\n')
  await recording.until((events) => commandsIn(events)[3]?.repliedAt, soon())
  const texts = replies(recording.events).map(([, reply]) =>
    reply instanceof RespError ? reply.code : reply,
  )
  expect(texts).toEqual(['NOAUTH', 'NOAUTH', 'OK', 'PONG'])
})

test('what Redis says before it was asked is a push', async () => {
  const running = await redis('--maxclients', '1')
  const first = new RawClient(running.port)
  first.write('PING\r\n')
  await first.gets('PONG')
  const { tap, recording } = await tapped(running)
  const refused = new RawClient(tap.port)
  await refused.gets('max number of clients')
  await recording.until((events) => events.find((event) => event.kind === 'push'), soon())
  expect(pushes(recording.events)).toEqual([['error', 'ERR max number of clients reached']])
})
