import { describe, expect, test } from 'vitest'
import { RespError } from '../../../workshop/proxy/index.ts'
import { CommandDecoder } from '../../../workshop/proxy/command-decoder.ts'
import { ReplyDecoder } from '../../../workshop/proxy/reply-decoder.ts'
import { encodeCommand } from './proxy-fixture.ts'

/** Decodes a text whole, and byte by byte, which must be the same. */
function decode(text: string) {
  const decoder = new ReplyDecoder()
  const bytes = Buffer.from(text)
  const whole = decoder.feed(bytes)
  const slow = new ReplyDecoder()
  const split = [...bytes].flatMap((byte) => slow.feed(Buffer.of(byte)))
  expect(split).toEqual(whole)
  expect(slow.broken).toBe(decoder.broken)
  return { values: whole.map(({ value }) => value), whole, broken: decoder.broken }
}

describe('replies', () => {
  test.each([
    ['+OK\r\n', 'OK'],
    ['+\r\n', ''],
    ['-ERR no\r\n', new RespError('ERR no')],
    [':-7\r\n', -7],
    [':9223372036854775807\r\n', 9223372036854775807n],
    ['$5\r\na\r\nbc\r\n', 'a\r\nbc'],
    ['$0\r\n\r\n', ''],
    ['$-1\r\n', null],
    ['*-1\r\n', null],
    ['_\r\n', null],
    ['#t\r\n', true],
    [',1.5\r\n', 1.5],
    [',1e3\r\n', 1000],
    [',-inf\r\n', -Infinity],
    [',nan\r\n', NaN],
    [
      '(3492890328409238509324850943850943825024385\r\n',
      3492890328409238509324850943850943825024385n,
    ],
    ['!10\r\nERR a\r\nb c\r\n', new RespError('ERR a\r\nb c')],
    ['=8\r\ntxt:some\r\n', 'some'],
    ['*3\r\n:1\r\n*1\r\n+a\r\n*0\r\n', [1, ['a'], []]],
    ['~2\r\n+a\r\n+b\r\n', ['a', 'b']],
    [
      '%2\r\n+a\r\n:1\r\n+b\r\n%0\r\n',
      new Map<string, unknown>([
        ['a', 1],
        ['b', new Map()],
      ]),
    ],
    ['|1\r\n+ttl\r\n:3\r\n+v\r\n', 'v'],
    ['*2\r\n|1\r\n+ttl\r\n:3\r\n+v\r\n:2\r\n', ['v', 2]],
    ['$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n', 'Hello'],
    ['*?\r\n:1\r\n:2\r\n.\r\n', [1, 2]],
    ['%?\r\n+a\r\n:1\r\n.\r\n', new Map([['a', 1]])],
  ])('%j', (text, value) => {
    expect(decode(text)).toMatchObject({ values: [value], broken: false })
    // And that nothing was read too much or too little.
    expect(decode(`${text}:5\r\n${text}`).values).toEqual([value, 5, value])
  })

  test('a push is told apart, also in the middle of an answer', () => {
    const { whole } = decode('*2\r\n>3\r\n+message\r\n+a\r\n+b\r\n:1\r\n:2\r\n')
    expect(whole).toEqual([
      { value: ['message', 'a', 'b'], push: true },
      { value: [1, 2], push: false },
    ])
  })

  test("a SUBSCRIBE's confirmation in an answer is an element of it", () => {
    const { whole } = decode('*2\r\n>3\r\n+subscribe\r\n+a\r\n:1\r\n:2\r\n')
    expect(whole).toEqual([{ value: [['subscribe', 'a', 1], 2], push: false }])
  })

  test.each([
    'hello\r\n',
    '+OK\n',
    '$x\r\n',
    '$-2\r\n',
    '$3\r\nabcde\r\n',
    '*1.5\r\n',
    '.\r\n',
    ';1\r\n',
    '#x\r\n',
    ',\r\n',
    '*1\r\n'.repeat(200),
  ])('not RESP: %j', (text) => {
    const decoded = decode(`+before\r\n${text}+after\r\n`)
    expect(decoded).toMatchObject({ values: ['before'], broken: true })
  })

  test('a long string is counted through, and its beginning kept', () => {
    const decoder = new ReplyDecoder()
    const chunk = Buffer.alloc(50_000, 'é')
    decoder.feed(Buffer.from('$3000000\r\n'))
    for (let i = 0; i < 60; i++) decoder.feed(chunk)
    const [long, next] = decoder.feed(Buffer.from('\r\n:1\r\n'))
    expect(String(long?.value)).toMatch(/^é{32768}… \(cut: 3000000 bytes\)$/)
    expect(next?.value).toBe(1)
  })

  test('a long list is counted through, too', () => {
    const [{ value: list } = { value: null }, next] = new ReplyDecoder().feed(
      Buffer.from(`*100000\r\n${':1\r\n'.repeat(100_000)}:2\r\n`),
    )
    expect(list).toHaveLength(10_001)
    expect(list).toContain('… (cut: 100000 items)')
    expect(next?.value).toBe(2)
  })

  test('bytes that are not UTF-8 are not lost', () => {
    const bytes = Buffer.from([0x24, 0x33, 13, 10, 0x61, 0xff, 0x80, 13, 10])
    expect(new ReplyDecoder().feed(bytes)[0]?.value).toBe('a\udcff\udc80')
  })
})

describe('commands', () => {
  test('a pipeline, with where each begins and ends', () => {
    const parts = [
      encodeCommand('PING'),
      Buffer.from('\r\nget  a\r\n'),
      encodeCommand('SET', 'a', 'b\r\nc'),
      Buffer.from('*0\r\nPING\n'),
    ]
    const sent = new CommandDecoder().feed(Buffer.concat(parts))
    expect(sent.map(({ words: [name], start, end }) => [name, start, end])).toEqual([
      ['PING', 0, 14],
      ['get', 16, 24],
      ['SET', 24, 54],
      ['PING', 58, 63],
    ])
    expect(words(Buffer.concat(parts))).toEqual([
      ['PING'],
      ['get', 'a'],
      ['SET', 'a', 'b\r\nc'],
      ['PING'],
    ])
  })

  test.each([
    ['SET a b', ['SET', 'a', 'b']],
    ['  SET\t"a b"  \'c d\' ', ['SET', 'a b', 'c d']],
    [String.raw`SET "\x41\n\"\\\q" 'it\'s \n'`, ['SET', 'A\n"\\q', String.raw`it's \n`]],
    ['SET à "é à"', ['SET', 'à', 'é à']],
    ['SET "" \'\'', ['SET', '', '']],
    ['SET a"b c"', ['SET', 'ab c']],
  ])('a line typed by hand: %s', (line, expected) => {
    expect(words(Buffer.from(`${line}\r\n`))).toEqual([expected])
  })

  test.each([
    'SET "a\r\n',
    "SET 'a\r\n",
    'SET "a"b\r\n',
    '*x\r\n',
    '*1\r\nPING\r\n',
    '*1\r\n$3\r\nPING\r\n',
    '*1\r\n$-1\r\n',
    `${'x'.repeat(70_000)}\r\n`,
  ])('not RESP: %.20s', (text) => {
    const decoder = new CommandDecoder()
    expect(decoder.feed(Buffer.from(`PING\r\n${text}PING\r\n`))).toHaveLength(1)
    expect(decoder.broken).toBe(true)
    expect(decoder.feed(Buffer.from('PING\r\n'))).toEqual([])
  })

  test('of 3 MB the beginning is kept', () => {
    const [sent] = new CommandDecoder().feed(
      encodeCommand('SET', 'a', Buffer.alloc(3_000_000, 'x')),
    )
    expect(sent?.words[2]).toMatch(/^x{65536}… \(cut: 3000000 bytes\)$/)
    expect(sent?.end).toBe(3_000_032)
  })

  test('of 100,000 arguments all are counted', () => {
    const [sent] = new CommandDecoder().feed(
      encodeCommand('DEL', ...Array<string>(100_000).fill('k')),
    )
    expect(sent).toMatchObject({ count: 100_001 })
    expect(sent?.words).toHaveLength(10_000)
  })
})

/** Decodes commands whole, and byte by byte, which must be the same. */
function words(bytes: Buffer) {
  const whole = new CommandDecoder().feed(bytes)
  const slow = new CommandDecoder()
  expect([...bytes].flatMap((byte) => slow.feed(Buffer.of(byte)))).toEqual(whole)
  return whole.map((sent) => sent.words)
}
