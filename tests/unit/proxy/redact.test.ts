import { expect, test } from 'vitest'
import {
  Recording,
  formatEvents,
  toRedisCli,
  type WireEvent,
} from '../../../workshop/proxy/index.ts'
import { ConnectionRecorder } from '../../../workshop/proxy/connection-recorder.ts'
import {
  RawClient,
  encodeCommand,
  startTestRedis,
  seededRandom,
  timeoutSignal,
  startTestProxy,
} from './proxy-fixture.ts'

const PASSWORD = 's3same-open'

/** All text in which a recording could show a secret. */
function allText(events: readonly WireEvent[]): string {
  const commands = events.filter((event) => event.kind === 'command')
  return [
    JSON.stringify(events, (_, value) => (value instanceof Map ? [...value] : value)),
    ...formatEvents(events, { width: 10_000 }),
    ...commands.map(toRedisCli),
  ].join('\n')
}

/** Records bytes in chunks. @param seed of the random sizes of the chunks */
function record(bytes: Buffer, seed: number, known: string[] = []): readonly WireEvent[] {
  const recording = new Recording()
  const recorder = new ConnectionRecorder(recording, 'web.1', known)
  const random = seededRandom(seed)
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + Math.floor(random() * 20)
    for (const sent of recorder.decodeCommands(bytes.subarray(at, end)))
      recorder.onForwarded(recorder.recordCommand(sent))
    at = end
  }
  recorder.stopIfBroken()
  return recording.events
}

const wellFormed: [string[], string][] = [
  [['AUTH', PASSWORD], 'AUTH ***'],
  [['auth', 'ada', PASSWORD], 'AUTH ada ***'],
  [['HELLO', '3', 'AUTH', 'ada', PASSWORD], 'HELLO 3 AUTH ada ***'],
  [
    ['hello', '3', 'SetName', 'auth', 'aUtH', 'ada', PASSWORD],
    'HELLO 3 SetName auth aUtH ada ***',
  ],
  [['HELLO', '3', 'AUTH', 'ada', PASSWORD, 'SETNAME', 'x'], 'HELLO 3 AUTH ada *** SETNAME x'],
  [['HELLO', '3', 'AUTH', 'auth', PASSWORD], 'HELLO 3 AUTH auth ***'],
  [['config', 'SET', 'RequirePass', PASSWORD], 'CONFIG SET RequirePass ***'],
  [
    ['CONFIG', 'SET', 'maxmemory', '0', 'masterauth', PASSWORD],
    'CONFIG SET maxmemory 0 masterauth ***',
  ],
  [['CONFIG', 'SET', 'tls-key-file-pass', PASSWORD], 'CONFIG SET tls-key-file-pass ***'],
  [['CONFIG', 'GET', 'requirepass', 'maxmemory'], 'CONFIG GET requirepass maxmemory'],
  [['SENTINEL', 'SET', 'm', 'auth-pass', PASSWORD], 'SENTINEL SET m auth-pass ***'],
  [
    ['ACL', 'setuser', 'ada', 'on', `>${PASSWORD}`, '~*', '+@all'],
    'ACL setuser ada on *** ~* +@all',
  ],
  [
    ['ACL', 'SETUSER', 'ada', `<${PASSWORD}`, `#${PASSWORD}`, `!${PASSWORD}`],
    'ACL SETUSER ada *** *** ***',
  ],
  [
    ['MIGRATE', 'h', '1', '', '0', '9', 'AUTH', PASSWORD, 'KEYS', 'a'],
    "MIGRATE h 1 '' 0 9 AUTH *** KEYS a",
  ],
  [
    ['MIGRATE', 'h', '1', 'k', '0', '9', 'auth2', 'ada', PASSWORD],
    'MIGRATE h 1 k 0 9 auth2 ada ***',
  ],
]

const malformed: string[][] = [
  ['AUTH', 'ada', PASSWORD, 'x'],
  ['AUTH', 'x', 'y', PASSWORD],
  [`AUTH ${PASSWORD}`],
  [`auth\t${PASSWORD}`, PASSWORD],
  [`AUTH${PASSWORD}`],
  ['HELLO', 'AUTH', 'ada', PASSWORD],
  ['HELLO', '3', 'AUTH', PASSWORD],
  ['HELLO', '3', 'AUTH', PASSWORD, 'SETNAME', 'x'],
  ['HELLO', '3', 'PASSWORD', PASSWORD],
  ['HELLO', PASSWORD],
  ['CONFIG', 'SET', 'requirepass', 'open', PASSWORD],
  ['CONFIG SET', 'requirepass', PASSWORD],
  ['CONFIG', 'REQUIREPASS', PASSWORD],
  ['ACL', 'SETUSER', 'ada', '>', PASSWORD],
  ['ACL', 'ADDUSER', 'ada', `>${PASSWORD}`],
  ['MIGRATE', 'h', '1', 'k', '0', '9', 'AUTH2', PASSWORD],
  ['ACL', 'DRYRUN', 'default', 'AUTH', PASSWORD],
  ['acl', 'dryrun', 'default', 'auth', 'ada', PASSWORD],
  ['ACL', 'DRYRUN', 'default', 'CONFIG', 'SET', 'requirepass', PASSWORD],
  ['ACL', 'DRYRUN', 'default', 'ACL', 'DRYRUN', 'default', 'AUTH', PASSWORD],
  ['COMMAND', 'GETKEYS', 'MIGRATE', 'h', '1', 'k', '0', '9', 'AUTH', PASSWORD],
  ['COMMAND', 'GETKEYSANDFLAGS', 'AUTH', PASSWORD],
  [' AUTH', PASSWORD],
  ['\tconfig', 'SET', 'requirepass', PASSWORD],
  ['ACL', 'SETUSER', 'ada', `(>${PASSWORD})`],
  ['ACL', 'SETUSER', 'ada', `(+get >${PASSWORD})`],
  ['ACL', 'SETUSER', 'ada', '(+get', `>${PASSWORD})`],
  ['ACL', 'SETUSER', 'ada', `+>${PASSWORD}`],
  ['ACL', 'SETUSER', 'ada', `~>${PASSWORD}`],
  ['PUBLISH', 'a', `redis://ada:${PASSWORD}@x@127.0.0.1:1`],
  ['PUBLISH', 'a', `redis://ada:x@${PASSWORD}@127.0.0.1:1`],
  ['PUBLISH', 'a', `redis://ada:my ${PASSWORD}@127.0.0.1:1`],
  ['PUBLISH', 'a', `redis://a/da:${PASSWORD}@127.0.0.1:1`],
  ['PUBLISH', 'a', `{"url":"rediss://:${PASSWORD}/x@h","to":"ada@example.org"}`],
]

test.each(wellFormed)('%j', (words, expected) => {
  for (const bytes of [encodeCommand(...words), inline(words)]) {
    for (const seed of [1, 2, 3]) {
      const events = record(bytes, seed)
      expect(allText(events)).not.toContain(PASSWORD)
      expect(formatEvents(events, { width: 200 })[0]).toContain(expected)
    }
  }
})

test.each(malformed.map((words) => [words]))('malformed: %j', (words) => {
  for (const bytes of [encodeCommand(...words), inline(words)]) {
    for (const seed of [1, 2, 3]) expect(allText(record(bytes, seed))).not.toContain(PASSWORD)
  }
})

test.each([
  ['counted too short', `*2\r\n$4\r\nAUTH\r\n$3\r\n${PASSWORD}\r\nPING\r\n`],
  ['counted too long', `*2\r\n$4\r\nAUTH\r\n$99\r\n${PASSWORD}\r\n*1\r\n$4\r\nPING\r\n`],
  ['a quote that does not close', `AUTH "${PASSWORD}\r\nPING\r\n`],
  ['never ended', `AUTH ${PASSWORD}`],
  ['too few words', `*1\r\n$4\r\nAUTH\r\n$${PASSWORD.length}\r\n${PASSWORD}\r\n`],
])('AUTH %s', (_, text) => {
  for (const seed of [1, 2, 3]) {
    // Nor any part of it.
    expect(allText(record(Buffer.from(text), seed))).not.toMatch(/s3s|same|-op/i)
  }
})

test('a password longer than 64 kB, and one after 20,000 arguments, are redacted', () => {
  const long = PASSWORD.repeat(10_000)
  expect(allText(record(encodeCommand('AUTH', long), 1))).not.toContain(PASSWORD)
  const many = encodeCommand(
    'ACL',
    'SETUSER',
    'ada',
    ...Array<string>(20_000).fill('+get'),
    `>${PASSWORD}`,
  )
  expect(allText(record(many, 1))).not.toContain(PASSWORD)
})

test('well-formed selectors and patterns are not redacted', () => {
  const rule = [
    'ACL',
    'SETUSER',
    'ada',
    'on',
    '(+get ~a* %R~b*)',
    '&news',
    '-@all',
    '+client|id',
  ]
  const [line] = formatEvents(record(encodeCommand(...rule), 1), { width: 200 })
  expect(line).toContain("ada on '(+get ~a* %R~b*)' &news -@all +client|id")
})

test('malformed commands are redacted in replies of MONITOR and SLOWLOG', async () => {
  const { proxy, recording } = await startTestProxy(
    await startTestRedis('--slowlog-log-slower-than', '0'),
  )
  const client = new RawClient(proxy.port)
  const lines = [
    `AUTH a ${PASSWORD} b`,
    `HELLO 3 AUTH ${PASSWORD}`,
    `ACL SETUSER ada +>${PASSWORD}`,
    'SLOWLOG GET',
    'MONITOR',
  ]
  client.write(lines.map((line) => `${line}\r\n`).join(''))
  const other = new RawClient(proxy.port)
  await recording.waitFor(
    (events) =>
      events.find(
        (event) => event.kind === 'command' && event.name === 'MONITOR' && event.reply,
      ),
    timeoutSignal(),
  )
  other.write(
    lines
      .slice(0, 3)
      .map((line) => `${line}\r\n`)
      .join(''),
  )
  other.write('SET a b\r\n')
  await recording.waitFor(
    (events) =>
      events.find((event) => event.kind === 'push' && event.args[0]?.endsWith('"SET" "a" "b"')),
    timeoutSignal(),
  )
  await client.waitForBytes(PASSWORD)
  expect(allText(recording.events)).not.toContain(PASSWORD)
  expect(allText(recording.events)).toContain('AUTH')
})

test('a secret that is cut at the end of a truncated text is redacted', () => {
  for (const overlap of [1, 4, 9]) {
    const text = 'x'.repeat(64 * 1024 - overlap) + PASSWORD
    expect(allText(record(encodeCommand('SET', 'k', text), 1, [PASSWORD]))).not.toMatch(
      /s3?s?$|xs3?/,
    )
    const url = `redis://ada:${PASSWORD}`
    const cut = 'x'.repeat(64 * 1024 - 12 - overlap) + url + '@h'
    expect(allText(record(encodeCommand('SET', 'k', cut), 1))).not.toContain('ada:s')
  }
})

test('known secrets are redacted anywhere, and passwords in URLs always', () => {
  const odd = [
    encodeCommand('AUHT', PASSWORD),
    encodeCommand('SET', `x${PASSWORD}y`, '1'),
    encodeCommand('AUTH', PASSWORD, 'default'),
  ]
  const events = record(Buffer.concat(odd), 1, [PASSWORD])
  expect(allText(events)).not.toContain(PASSWORD)
  expect(allText(events)).toContain('x***y')
  const url = record(encodeCommand('PUBLISH', 'a', `redis://ada:${PASSWORD}@127.0.0.1:1`), 1)
  expect(allText(url)).toContain('redis://ada:***@127.0.0.1:1')
})

test.each(['HELLO 2', 'HELLO 3'])(
  '%s: the replies of Redis contain no secret',
  async (hello) => {
    const { proxy, recording } = await startTestProxy(await startTestRedis())
    const client = new RawClient(proxy.port)
    const lines = [
      hello,
      `ACL SETUSER ada on >${PASSWORD} +@all`,
      `ACL SETUSER ada <${PASSWORD}x`,
      `CONFIG SET requirepass ${PASSWORD}`,
      'CONFIG GET *',
      'MULTI',
      'CONFIG GET requirepass',
      'ACL GETUSER ada',
      'EXEC',
      'ACL LIST',
      `AUTH ada ${PASSWORD}`,
      `AUTH ada wrong-${PASSWORD}`,
      `HELLO 3 AUTH ada ${PASSWORD}x`,
      `AUTH${PASSWORD}`,
      'PING fence',
    ]
    client.write(lines.map((line) => `${line}\r\n`).join(''))
    await recording.waitFor(
      (events) => events.find((event) => event.kind === 'command' && event.reply === 'fence'),
      timeoutSignal(),
    )
    await client.waitForBytes('fence')
    expect(client.received.toString()).toContain(PASSWORD)
    const all = allText(recording.events)
    expect(all).not.toContain(PASSWORD)
    expect(all).not.toMatch(/[0-9a-f]{64}/)
    expect(all).toContain('error WRONGPASS')
  },
)

test('the part of a password that Redis quotes in a protocol error is redacted', async () => {
  const { proxy, recording } = await startTestProxy(await startTestRedis())
  const client = new RawClient(proxy.port)
  client.write(`*2\r\n$4\r\nAUTH\r\n$3\r\n${PASSWORD}\r\n`)
  await client.waitForBytes('unknown command')
  client.write(`*1\r\n${PASSWORD}\r\n`)
  await client.waitForBytes("got 's'")
  await recording.waitFor(
    (events) => events.find((event) => event.kind === 'push'),
    timeoutSignal(),
  )
  expect(allText(recording.events)).not.toMatch(/s3s|same|-op|got/i)
  expect(allText(recording.events)).toContain('Protocol error')
})

function inline(words: string[]): Buffer {
  return Buffer.from(
    `${words.map((word) => (/^$|\s/.test(word) ? `"${word}"` : word)).join(' ')}\r\n`,
  )
}
