import { expect, test } from 'vitest'
import { RawClient, command, redis, tapped } from './wire-support.ts'

/** Who sends what, and what that one must then have got before the script goes on. */
type Script = [client: number, bytes: string | Buffer, gets: string][]

const binary = Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 256))
const big = Buffer.alloc(3_000_000, 'redis')

const scripts: Record<string, Script> = {
  'RESP2: replies of every kind, errors, empty and null': [
    [0, command('SET', 'a', '1'), '+OK\r\n'],
    [0, command('INCR', 'a'), ':2\r\n'],
    [0, command('GET', 'nothing'), '$-1\r\n'],
    [0, command('LPUSH', 'a', 'x'), 'WRONGTYPE'],
    [0, command('KEYS', 'none*'), '*0\r\n'],
    [0, command('BLPOP', 'none', '0.01'), '*-1\r\n'],
    [0, command('NOSUCH', 'thing'), 'unknown command'],
  ],
  'RESP3: maps, doubles, sets, nulls, booleans': [
    [0, command('HELLO', '3'), 'modules'],
    [0, command('HSET', 'h', 'f', '1.5'), ':1\r\n'],
    [0, command('HGETALL', 'h'), '%1\r\n'],
    [0, command('ZADD', 'z', '1.5', 'm'), ':1\r\n'],
    [0, command('ZSCORE', 'z', 'm'), ',1.5\r\n'],
    [0, command('SADD', 's', 'a'), ':1\r\n'],
    [0, command('SMEMBERS', 's'), '~1\r\n'],
    [0, command('GET', 'nothing'), '_\r\n'],
    [0, command('DEBUG', 'PROTOCOL', 'attrib'), 'Some real reply'],
    [0, command('DEBUG', 'PROTOCOL', 'verbatim'), '=29\r\n'],
    [0, command('DEBUG', 'PROTOCOL', 'bignum'), '('],
    [0, command('DEBUG', 'PROTOCOL', 'true'), '#t\r\n'],
    [0, command('DEBUG', 'PROTOCOL', 'push'), 'server-cpu-usage'],
  ],
  'a pipeline in one write': [
    [0, Buffer.concat(Array.from({ length: 500 }, () => command('INCR', 'n'))), ':500\r\n'],
  ],
  'a transaction, and one that is refused': [
    [0, command('MULTI'), '+OK\r\n'],
    [0, command('INCR', 'n'), '+QUEUED\r\n'],
    [0, command('NOSUCH'), 'unknown command'],
    [0, command('EXEC'), 'EXECABORT'],
    [
      0,
      Buffer.concat([command('MULTI'), command('INCR', 'n'), command('EXEC')]),
      '*1\r\n:1\r\n',
    ],
  ],
  'RESP2 pub/sub': [
    [0, command('SUBSCRIBE', 'a', 'b'), ':2\r\n'],
    [0, command('PSUBSCRIBE', 'c*'), ':3\r\n'],
    [1, command('PUBLISH', 'a', 'hello'), ':1\r\n'],
    [1, command('PUBLISH', 'cc', binary), ':1\r\n'],
    [0, command('GET', 'a'), 'context'],
    [0, command('PING'), 'pong\r\n$0\r\n\r\n'],
    [0, command('UNSUBSCRIBE', 'a'), ':2\r\n'],
    [0, command('UNSUBSCRIBE'), ':1\r\n'],
    [0, command('PUNSUBSCRIBE', 'c*'), ':0\r\n'],
    [0, 'PING end\r\n', 'end\r\n'],
  ],
  'RESP3 pub/sub on one connection': [
    [0, command('HELLO', '3'), 'modules'],
    [0, command('SUBSCRIBE', 'a'), ':1\r\n'],
    [0, command('PUBLISH', 'a', 'hello'), 'hello'],
    [0, command('PING', 'end'), 'end\r\n'],
  ],
  'inline commands': [
    [0, 'PING\r\n', '+PONG\r\n'],
    [0, "\r\nSET \"a b\" 'it\\'s'\n", '+OK\r\n'],
    [0, 'get "a\\x20b"\r\n', "it's"],
    [0, 'GET "unbalanced\r\n', 'unbalanced quotes'],
  ],
  'what Redis refuses to read': [[0, '*1\r\n!4\r\nPING\r\n', 'Protocol error']],
  'binary, and 3 MB': [
    [0, command('SET', 'binary', binary), '+OK\r\n'],
    [0, command('GET', 'binary'), '$4096\r\n'],
    [0, command('SET', 'big', big), '+OK\r\n'],
    [0, Buffer.concat([command('GET', 'big'), command('PING', 'after')]), 'after\r\n'],
  ],
}

test.each(Object.entries(scripts))('%s: the same bytes as without a tap', async (_, script) => {
  const direct = await redis('--enable-debug-command', 'yes')
  const other = await redis('--enable-debug-command', 'yes')
  const { tap } = await tapped(other)
  const expected = await play(script, direct.port)
  const received = await play(script, tap.port)
  expect(received.map(comparable)).toEqual(expected.map(comparable))
})

async function play(script: Script, port: number): Promise<Buffer[]> {
  const clients = [new RawClient(port), new RawClient(port)]
  for (const [client, bytes, gets] of script) {
    const before = clients[client]?.size ?? 0
    clients[client]?.write(bytes)
    await clients[client]?.gets(gets, before)
  }
  return clients.map((client) => client.received)
}

// HELLO tells the connection's number, which is no business of the tap.
function comparable(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll(/\$2\r\nid\r\n:\d+/g, 'id')
}
