import { describe, expect, test } from 'vitest'
import { RespError, type RespValue } from '../../../workshop/proxy/index.ts'
import { CommandDecoder } from '../../../workshop/proxy/command-decoder.ts'
import { ReplyDecoder } from '../../../workshop/proxy/reply-decoder.ts'
import { encodeCommand } from './proxy-fixture.ts'

interface DecodedValue {
  value: RespValue
  type: string
}

/** Decodes chunks. */
function decodeChunks(chunks: Iterable<Buffer>): { whole: DecodedValue[]; broken: boolean } {
  const whole: DecodedValue[] = []
  const decoder = new ReplyDecoder({
    onValue: (value, type) => whole.push({ value, type }),
    onArrayStart: () => false,
  })
  for (const chunk of chunks) decoder.feed(chunk)
  return { whole, broken: decoder.broken }
}

/** Decodes a text whole, and byte by byte, which must be the same. */
function decode(text: string) {
  const bytes = Buffer.from(text)
  const decoded = decodeChunks([bytes])
  expect(decodeChunks([...bytes].map((byte) => Buffer.of(byte)))).toEqual(decoded)
  return { ...decoded, values: decoded.whole.map(({ value }) => value) }
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
    [',-nan\r\n', NaN],
    [',+inf\r\n', Infinity],
    // What Lua's big_number makes of any text, and one too long to be a number here.
    ['(12 apples\r\n', '12 apples'],
    [`(${'7'.repeat(5000)}\r\n`, '7'.repeat(5000)],
  ])('%j', (text, value) => {
    expect(decode(text)).toMatchObject({ values: [value], broken: false })
    // The decoder has read exactly the value.
    expect(decode(`${text}:5\r\n${text}`).values).toEqual([value, 5, value])
  })

  test('a push is recognized, also in the middle of a reply', () => {
    const { whole } = decode('*2\r\n>3\r\n+message\r\n+a\r\n+b\r\n:1\r\n:2\r\n')
    expect(whole).toEqual([
      { value: ['message', 'a', 'b'], type: '>' },
      { value: [1, 2], type: '*' },
    ])
  })

  test('an array can be decoded item by item', () => {
    const values: unknown[] = []
    const decoder = new ReplyDecoder({
      onValue: (value) => values.push(value),
      onArrayStart: (length) => length === 2,
    })
    decoder.feed(Buffer.from('*2\r\n:1\r\n*3\r\n:1\r\n:2\r\n:3\r\n'))
    expect(values).toEqual([1, [1, 2, 3]])
  })

  test('a structure of any depth is decoded, and 32 levels of it are kept', () => {
    const { values, broken } = decode(`${'*2\r\n'.repeat(200)}${':1\r\n'.repeat(201)}+OK\r\n`)
    expect(broken).toBe(false)
    expect(values[1]).toBe('OK')
    expect(JSON.stringify(values[0])).toMatch(/^\[{32}"… \(cut: nested too deeply\)",1\]/)
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
    '*1\r\n'.repeat(10_001),
  ])('not RESP: %j', (text) => {
    const decoded = decode(`+before\r\n${text}+after\r\n`)
    expect(decoded).toMatchObject({ values: ['before'], broken: true })
  })

  test('a long string is read to its end, and its beginning is kept', () => {
    const chunks = Array<Buffer>(60).fill(Buffer.alloc(50_000, 'é'))
    const { whole } = decodeChunks([
      Buffer.from('$3000000\r\n'),
      ...chunks,
      Buffer.from('\r\n:1\r\n'),
    ])
    const [long, next] = whole
    expect(String(long?.value)).toMatch(/^é{32768}… \(cut: 3000000 bytes\)$/)
    expect(next?.value).toBe(1)
  })

  test('a long list is read to its end', () => {
    const text = `*100000\r\n${':1\r\n'.repeat(100_000)}:2\r\n`
    const [list, next] = decodeChunks([Buffer.from(text)]).whole
    expect(list?.value).toHaveLength(10_001)
    expect(list?.value).toContain('… (cut: 100000 items)')
    expect(next?.value).toBe(2)
  })

  test('a long map ends with a note of its size, and a large item does not truncate its list', () => {
    const entries = Array.from({ length: 15_000 }, (_, i) => `:${i}\r\n:1\r\n`).join('')
    const [map, list, next] = decodeChunks([
      Buffer.from(
        `%15000\r\n${entries}*2\r\n*20000\r\n${':1\r\n'.repeat(20_000)}+b\r\n+OK\r\n`,
      ),
    ]).whole.map(({ value }) => value)
    expect(map).toBeInstanceOf(Map)
    expect([...(map instanceof Map ? map : [])].slice(-2)).toEqual([
      [4999, 1],
      ['… (cut: 15000 entries)', null],
    ])
    expect(list).toEqual([expect.any(Array), '… (cut: 2 items)'])
    expect(Array.isArray(list) && list[0]).toHaveLength(10_000)
    expect(next).toBe('OK')
  })

  test('every push has its own size limit', () => {
    const push = `>3\r\n+message\r\n+ch\r\n$60000\r\n${'x'.repeat(60_000)}\r\n`
    const { whole } = decodeChunks([Buffer.from(push.repeat(20))])
    expect(whole).toHaveLength(20)
    for (const { value } of whole) expect(value).toEqual(['message', 'ch', 'x'.repeat(60_000)])
  })

  test('bytes that are not UTF-8 are kept', () => {
    const bytes = Buffer.from([0x24, 0x33, 13, 10, 0x61, 0xff, 0x80, 13, 10])
    expect(decodeChunks([bytes]).whole[0]?.value).toBe('a\udcff\udc80')
  })
})

describe('commands', () => {
  test('a pipeline is split into commands with their offsets', () => {
    const parts = [
      encodeCommand('PING'),
      Buffer.from('\r\nget  a\r\n'),
      encodeCommand('SET', 'a', 'b\r\nc'),
      Buffer.from('*0\r\nPING\n'),
    ]
    const sent = new CommandDecoder().feed(Buffer.concat(parts))
    expect(sent.map(({ name, start, end }) => [name, start, end])).toEqual([
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
  ])('may be inline: %s', (line, expected) => {
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
    '*01\r\n$4\r\nPING\r\n',
    '*1\r\n$04\r\nPING\r\n',
    '*+1\r\n$4\r\nPING\r\n',
    'SET a \0b\r\n',
  ])('not RESP: %.20s', (text) => {
    const decoder = new CommandDecoder()
    expect(decoder.feed(Buffer.from(`PING\r\n${text}PING\r\n`))).toHaveLength(1)
    expect(decoder.broken).toBe(true)
    expect(decoder.feed(Buffer.from('PING\r\n'))).toEqual([])
  })

  test('of 3 MB are read to the end, and their beginning is kept', () => {
    const [sent] = new CommandDecoder().feed(
      encodeCommand('SET', 'a', Buffer.alloc(3_000_000, 'x')),
    )
    expect(sent?.args[1]).toMatch(/^x{65536}… \(cut: 3000000 bytes\)$/)
    expect(sent?.end).toBe(3_000_032)
  })

  test('of 100,000 arguments report their number', () => {
    const [sent] = new CommandDecoder().feed(
      encodeCommand('DEL', ...Array<string>(100_000).fill('k')),
    )
    expect(sent).toMatchObject({ argCount: 100_000 })
    expect(sent?.args).toHaveLength(10_000)
  })
})

/** Decodes commands whole, and byte by byte, which must be the same. */
function words(bytes: Buffer) {
  const whole = new CommandDecoder().feed(bytes)
  const slow = new CommandDecoder()
  expect([...bytes].flatMap((byte) => slow.feed(Buffer.of(byte)))).toEqual(whole)
  return whole.map(({ name, args }) => [name].concat(args))
}
