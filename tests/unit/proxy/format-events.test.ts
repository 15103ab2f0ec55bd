import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../../workshop/terminal-text.ts'
import { findRedisServer } from '../../../workshop/redis/index.ts'
import { RespError, formatEvents, toRedisCli } from '../../../workshop/proxy/index.ts'
import type { CommandEvent, RespValue, WireEvent } from '../../../workshop/proxy/index.ts'
import {
  RawClient,
  encodeCommand,
  commandsIn,
  startTestRedis,
  timeoutSignal,
  startTestProxy,
} from './proxy-fixture.ts'

const base = { seq: 1, at: 0, instance: 'web.1', connection: 1 }
const started = '{"instance":"web.1","event":"started"}'

function sent(
  words: string[],
  reply: RespValue | undefined,
  at = 0,
  connection = 1,
): CommandEvent {
  const [name = '', ...args] = words
  return {
    ...base,
    at,
    connection,
    kind: 'command',
    name,
    args,
    reply,
    repliedAt: at,
    replySeq: 2,
  }
}

test('events are printed in columns of time, instance, connection and command', () => {
  const events: WireEvent[] = [
    { ...base, at: 1000, kind: 'open', tls: false },
    sent(['PUBLISH', 'instances', started], 0, 1000.4),
    sent(['SUBSCRIBE', 'instances'], ['subscribe', 'instances', 1], 1012, 2),
    {
      ...base,
      at: 1013,
      instance: 'worker.1',
      kind: 'push',
      name: 'message',
      args: ['instances', started],
    },
    sent(['AUTH', '***'], new RespError('WRONGPASS invalid username-password pair'), 1014),
    { ...base, at: 1120, kind: 'close', by: 'server' },
  ]
  expect(formatEvents(events, { width: 120 })).toEqual([
    '+0 ms    web.1     conn 1  connected',
    '+0 ms    web.1     conn 1  PUBLISH instances {"instance":"web.1","event":"started"}   -> 0 receivers',
    '+12 ms   web.1     conn 2  SUBSCRIBE instances                                        -> ok',
    '+13 ms   worker.1  conn 1  <- message instances {"instance":"web.1","event":"started"}',
    '+14 ms   web.1     conn 1  AUTH ***   -> error WRONGPASS invalid username-password pair',
    '+120 ms  web.1     conn 1  closed (by Redis)',
  ])
  for (const width of [40, 60, 80, 100]) {
    for (const line of formatEvents(events, { width }))
      expect(line.length).toBeLessThanOrEqual(width)
  }
  expect(formatEvents(events)[1]).toBe(
    '+0 ms    web.1     conn 1  PUBLISH instances {"instance":"web…   -> 0 receivers',
  )
})

test.each<[string[], RespValue | undefined, string]>([
  [['PUBLISH', 'a', 'b'], 1, '-> 1 receiver'],
  [['SPUBLISH', 'a', 'b'], 2, '-> 2 receivers'],
  [['INCR', 'n'], 5, '-> 5'],
  [['GET', 'n'], null, '-> nil'],
  [['GET', 'n'], '', "-> ''"],
  [['GET', 'n'], 'a b\n', String.raw`-> 'a b\n'`],
  [['PING'], 'PONG', '-> PONG'],
  [['INCR', 'n'], 'QUEUED', '-> queued'],
  [['HELLO', '3'], new Map(), '-> ok'],
  [['LRANGE', 'l'], ['a'], '-> 1 item'],
  [
    ['HGETALL', 'h'],
    new Map([
      ['a', 'b'],
      ['c', 'd'],
    ]),
    '-> 2 items',
  ],
  [['BLPOP', 'l'], undefined, '-> no reply'],
])('%j', (words, reply, expected) => {
  const [line] = formatEvents([sent(words, reply)])
  expect(line).toBe(`+0 ms  web.1  conn 1  ${words.join(' ')}   ${expected}`)
})

test('control characters are escaped', () => {
  const evil = ['\x1b[2J', 'a\r\nb', '\0', '\u202e', '\u0085', '\udcff', '\ud83d']
  const [line = ''] = formatEvents([sent(['SET', ...evil], new RespError('ERR \x07'))], {
    width: 200,
  })
  expect(line).toContain(String.raw`SET \x1b[2J a\r\nb \x00 \u202e \x85 \xff \ud83d`)
  expect(line).toContain(String.raw`-> error ERR \x07`)
})

test('wide characters do not shift the columns', () => {
  const lines = formatEvents([
    sent(['SET', '你好'], 'OK'),
    sent(['SET', 'k🎉x'], 'OK'),
    sent(['SET', 'abcd'], 'OK'),
  ])
  expect(lines).toEqual([
    '+0 ms  web.1  conn 1  SET 你好   -> ok',
    '+0 ms  web.1  conn 1  SET k🎉x   -> ok',
    '+0 ms  web.1  conn 1  SET abcd   -> ok',
  ])
  const [short = ''] = formatEvents([sent(['SET', '你好'.repeat(50)], 'OK')], { width: 60 })
  expect(short).toMatch(/SET 你好.*… {3,4}-> ok$/)
})

test('a reply after another event has its own time', () => {
  const subscribe = {
    ...sent(['SUBSCRIBE', 'instances'], ['subscribe', 'instances', 1], 1000, 2),
    seq: 1,
    repliedAt: 1012,
    replySeq: 4,
  }
  const publish = {
    ...sent(['PUBLISH', 'instances', 'x'], 0, 1001),
    seq: 2,
    repliedAt: 1002,
    replySeq: 3,
  }
  expect(formatEvents([subscribe, publish])).toEqual([
    '+0 ms  web.1  conn 2  SUBSCRIBE instances   -> ok at +12 ms',
    '+1 ms  web.1  conn 1  PUBLISH instances x   -> 0 receivers',
  ])
  // A live view cannot change printed lines: the line of a reply has the time of its command.
  expect(formatEvents([subscribe], { since: 1000, printedSeq: 2 })).toEqual([
    '+12 ms  web.1  conn 2  SUBSCRIBE instances   -> ok (sent at +0 ms)',
  ])
  // Replies on one connection have the order of its commands.
  expect(formatEvents([{ ...subscribe, connection: 1 }, publish])[0]).toMatch(/-> ok$/)
})

test('the name of the instance is left out where there is one alone', () => {
  const publish = sent(['PUBLISH', 'instances', 'x'], 0)
  expect(formatEvents([publish], { withoutInstance: true })).toEqual([
    '+0 ms  conn 1  PUBLISH instances x   -> 0 receivers',
  ])
})

function message(id: string): string {
  return `{"event":"messageSent","to":"grace","from":"ada","id":"${id}","text":"hello"}`
}

test('long messages with the same beginning are truncated where they differ', () => {
  const lines = formatEvents(
    ['17', '18'].map((id) => sent(['PUBLISH', 'outgoing_socket_message', message(id)], 1)),
  )
  expect(lines[0]).not.toBe(lines[1])
  expect(lines[0]).toMatch(/…"17","text/)
  expect(lines[1]).toMatch(/"18"/)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  // Where there is room, nothing is cut.
  const [whole] = formatEvents(
    [sent(['PUBLISH', 'c', message('17')], 1), sent(['PUBLISH', 'c', message('18')], 1)],
    { width: 200 },
  )
  expect(whole).toContain(message('17'))
})

test('a long message is truncated where it begins to differ from the expected one', () => {
  const events = [sent(['PUBLISH', 'outgoing_socket_message', message('17')], 1)]
  const [line = ''] = formatEvents(events, { expected: message('18') })
  expect(line).toMatch(/…"17","text/)
  expect(formatEvents(events, { expected: message('17') })).toEqual(formatEvents(events))
})

test('a reply that could not be matched is printed as unknown', () => {
  const unknown = { ...sent(['GET', 'n'], undefined), replyUnknown: true }
  expect(formatEvents([unknown])[0]).toContain('-> reply not known')
})

test.each([
  ['ASCII', 'x'],
  ['one wide character', '你' + 'x'.repeat(99)],
  ['wide', '你'],
  ['bytes that are no text', '\udcff'],
  ['controls', '\u001b]52;c;'],
])('a message of 10 MB: %s', (_, piece) => {
  const text = piece.repeat(10_000_000 / piece.length)
  const push: WireEvent = { ...base, kind: 'push', name: 'message', args: ['a', text] }
  const lines = formatEvents(
    [sent(['PUBLISH', 'a', text], 1), push, sent(['GET', 'a'], text), push],
    { width: 80 },
  )
  expect(lines).toHaveLength(4)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
})

test('a command of 10,000 arguments is formatted', () => {
  const [line = ''] = formatEvents([sent(['DEL', ...Array<string>(10_000).fill('你好')], 1)])
  expect(displayWidth(line)).toBeLessThanOrEqual(80)
})

test('a command that was held back has the time until which it was', () => {
  const held = { ...sent(['DEL', 'session'], 1, 10), repliedAt: 260, wasHeld: true }
  expect(formatEvents([held], { withoutInstance: true })).toEqual([
    '+0 ms  conn 1  DEL session   -> held until +250 ms, then 1',
  ])
  const refused = { ...held, reply: new RespError('NOAUTH Authentication required.') }
  expect(formatEvents([refused], { withoutInstance: true })).toEqual([
    '+0 ms  conn 1  DEL session   -> held until +250 ms: NOAUTH Authentication requi…',
  ])
})

test('a long reply is in one column with the others where their commands are short', () => {
  const refused = new RespError('WRONGPASS invalid username-password pair or user is disabled.')
  const lines = formatEvents(
    [sent(['AUTH', 'ada%40paas-production', '***'], refused), sent(['PING'], 'PONG', 1)],
    { width: 76, withoutInstance: true },
  )
  expect(lines).toEqual([
    '+0 ms  conn 1  AUTH ada%40paas-pr… ***   -> error WRONGPASS invalid usernam…',
    '+1 ms  conn 1  PING                      -> PONG',
  ])
})

test('no events, no lines', () => {
  expect(formatEvents([])).toEqual([])
})

describe('redis-cli', () => {
  test.each([
    [['PUBLISH', 'instances', started], `redis-cli PUBLISH instances '${started}'`],
    [['SET', "it's", ''], String.raw`redis-cli SET 'it'\''s' ''`],
    [['SET', 'a', '$HOME `ls` \\'], "redis-cli SET a '$HOME `ls` \\'"],
    [['SET', 'a', 'b\n"\\'], String.raw`redis-cli --quoted-input SET a '"b\x0a\"\\"'`],
  ])('%j', (words, line) => {
    expect(toRedisCli(sent(words, undefined))).toBe(line)
  })

  test('pasted into a shell, the command sends the same bytes', async () => {
    const server = await startTestRedis()
    const { proxy, recording } = await startTestProxy(server)
    const values = [
      '',
      ' a  b ',
      "it's",
      '"q"',
      '\\n',
      'line\nline\r\n',
      'é你🎉',
      '\u0085',
      '*?[a]',
      '-x',
      '$(ls)',
      '~',
    ]
    const words = values
      .map((value) => Buffer.from(value))
      .concat(Buffer.from(Array.from({ length: 256 }, (_, i) => i)))
    const client = new RawClient(proxy.port)
    for (const word of words) client.write(encodeCommand('RPUSH', 'l', word))
    const all = await recording.waitFor((events) => {
      const done = commandsIn(events).filter(({ reply }) => reply !== undefined)
      return done.length === words.length ? done : undefined
    }, timeoutSignal())
    client.write('RENAME l original\r\n')
    await client.waitForBytes('+OK')
    const [cli, env] = await redisCli()
    for (const event of all) {
      const line = toRedisCli(event).replace('redis-cli', `"${cli}" -p ${server.port}`)
      execFileSync('sh', ['-c', line], { env })
    }
    const lists = ['original', 'l'].map((key) =>
      execFileSync(cli, ['-p', String(server.port), 'LRANGE', key, '0', '-1'], { env }),
    )
    expect(lists[1]?.length).toBeGreaterThan(256)
    expect(lists[1]).toEqual(lists[0])
  })
})

/** The redis-cli of the Redis on this machine, and its environment. */
async function redisCli(): Promise<[file: string, env: NodeJS.ProcessEnv]> {
  const { file, env } = (await findRedisServer()).command(0, [])
  return [join(dirname(file), 'redis-cli'), env]
}
