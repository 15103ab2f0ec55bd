import { expect, test } from 'vitest'
import { RawClient, encodeCommand, startTestRedis, startTestProxy } from './proxy-fixture.ts'

/** The client that sends, the bytes, and the text it must receive before the script goes on. */
type Script = [client: number, bytes: string | Buffer, expected: string][]

const binary = Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 256))
const big = Buffer.alloc(3_000_000, 'redis')

const scripts: Record<string, Script> = {
  'RESP2: replies of every kind, errors, empty and null': [
    [0, encodeCommand('SET', 'a', '1'), '+OK\r\n'],
    [0, encodeCommand('INCR', 'a'), ':2\r\n'],
    [0, encodeCommand('GET', 'nothing'), '$-1\r\n'],
    [0, encodeCommand('LPUSH', 'a', 'x'), 'WRONGTYPE'],
    [0, encodeCommand('KEYS', 'none*'), '*0\r\n'],
    [0, encodeCommand('BLPOP', 'none', '0.01'), '*-1\r\n'],
    [0, encodeCommand('NOSUCH', 'thing'), 'unknown command'],
  ],
  'RESP3: maps, doubles, sets, nulls, booleans': [
    [0, encodeCommand('HELLO', '3'), 'modules'],
    [0, encodeCommand('HSET', 'h', 'f', '1.5'), ':1\r\n'],
    [0, encodeCommand('HGETALL', 'h'), '%1\r\n'],
    [0, encodeCommand('ZADD', 'z', '1.5', 'm'), ':1\r\n'],
    [0, encodeCommand('ZSCORE', 'z', 'm'), ',1.5\r\n'],
    [0, encodeCommand('SADD', 's', 'a'), ':1\r\n'],
    [0, encodeCommand('SMEMBERS', 's'), '~1\r\n'],
    [0, encodeCommand('GET', 'nothing'), '_\r\n'],
    [0, encodeCommand('DEBUG', 'PROTOCOL', 'attrib'), 'Some real reply'],
    [0, encodeCommand('DEBUG', 'PROTOCOL', 'verbatim'), '=29\r\n'],
    [0, encodeCommand('DEBUG', 'PROTOCOL', 'bignum'), '('],
    [0, encodeCommand('DEBUG', 'PROTOCOL', 'true'), '#t\r\n'],
    [0, encodeCommand('DEBUG', 'PROTOCOL', 'push'), 'server-cpu-usage'],
  ],
  'a pipeline in one write': [
    [
      0,
      Buffer.concat(Array.from({ length: 500 }, () => encodeCommand('INCR', 'n'))),
      ':500\r\n',
    ],
  ],
  'a transaction, and one that Redis aborts': [
    [0, encodeCommand('MULTI'), '+OK\r\n'],
    [0, encodeCommand('INCR', 'n'), '+QUEUED\r\n'],
    [0, encodeCommand('NOSUCH'), 'unknown command'],
    [0, encodeCommand('EXEC'), 'EXECABORT'],
    [
      0,
      Buffer.concat([
        encodeCommand('MULTI'),
        encodeCommand('INCR', 'n'),
        encodeCommand('EXEC'),
      ]),
      '*1\r\n:1\r\n',
    ],
  ],
  'RESP2 pub/sub': [
    [0, encodeCommand('SUBSCRIBE', 'a', 'b'), ':2\r\n'],
    [0, encodeCommand('PSUBSCRIBE', 'c*'), ':3\r\n'],
    [1, encodeCommand('PUBLISH', 'a', 'hello'), ':1\r\n'],
    [1, encodeCommand('PUBLISH', 'cc', binary), ':1\r\n'],
    [0, encodeCommand('GET', 'a'), 'context'],
    [0, encodeCommand('PING'), 'pong\r\n$0\r\n\r\n'],
    [0, encodeCommand('UNSUBSCRIBE', 'a'), ':2\r\n'],
    [0, encodeCommand('UNSUBSCRIBE'), ':1\r\n'],
    [0, encodeCommand('PUNSUBSCRIBE', 'c*'), ':0\r\n'],
    [0, 'PING end\r\n', 'end\r\n'],
  ],
  'RESP3 pub/sub on one connection': [
    [0, encodeCommand('HELLO', '3'), 'modules'],
    [0, encodeCommand('SUBSCRIBE', 'a'), ':1\r\n'],
    [0, encodeCommand('PUBLISH', 'a', 'hello'), 'hello'],
    [0, encodeCommand('PING', 'end'), 'end\r\n'],
  ],
  'inline commands': [
    [0, 'PING\r\n', '+PONG\r\n'],
    [0, "\r\nSET \"a b\" 'it\\'s'\n", '+OK\r\n'],
    [0, 'get "a\\x20b"\r\n', "it's"],
    [0, 'GET "unbalanced\r\n', 'unbalanced quotes'],
  ],
  'a command that Redis cannot parse': [[0, '*1\r\n!4\r\nPING\r\n', 'Protocol error']],
  'binary values, and a value of 3 MB': [
    [0, encodeCommand('SET', 'binary', binary), '+OK\r\n'],
    [0, encodeCommand('GET', 'binary'), '$4096\r\n'],
    [0, encodeCommand('SET', 'big', big), '+OK\r\n'],
    [
      0,
      Buffer.concat([encodeCommand('GET', 'big'), encodeCommand('PING', 'after')]),
      'after\r\n',
    ],
  ],
}

test.each(Object.entries(scripts))(
  '%s: the same bytes as without a proxy',
  async (_, script) => {
    const direct = await startTestRedis('--enable-debug-command', 'yes')
    const other = await startTestRedis('--enable-debug-command', 'yes')
    const { proxy } = await startTestProxy(other)
    const expected = await run(script, direct.port)
    const received = await run(script, proxy.port)
    expect(received.map(comparable)).toEqual(expected.map(comparable))
  },
)

async function run(script: Script, port: number): Promise<Buffer[]> {
  const clients = [new RawClient(port), new RawClient(port)]
  for (const [client, bytes, expected] of script) {
    const before = clients[client]?.size ?? 0
    clients[client]?.write(bytes)
    await clients[client]?.waitForBytes(expected, before)
  }
  return clients.map((client) => client.received)
}

// The reply to HELLO contains the id of the connection, which differs.
function comparable(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll(/\$2\r\nid\r\n:\d+/g, 'id')
}
