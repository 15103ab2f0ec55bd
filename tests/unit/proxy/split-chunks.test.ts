import { describe, expect, test } from 'vitest'
import {
  RawClient,
  encodeCommand,
  commandsIn,
  startTestRedis,
  seededRandom,
  timeoutSignal,
  startTestProxy,
} from './proxy-fixture.ts'

describe('a stream split at random places', () => {
  const script = Buffer.concat([
    encodeCommand('HELLO', '3'),
    encodeCommand('SET', 'k', 'é\r\n'.repeat(50)),
    Buffer.from('GET k\r\n'),
    encodeCommand('SUBSCRIBE', 'a', 'b'),
    encodeCommand('PUBLISH', 'a', 'x'),
    encodeCommand('MULTI'),
    encodeCommand('INCR', 'k'),
    encodeCommand('PUBLISH', 'b', Buffer.from([0xff, 0, 13, 10])),
    encodeCommand('EXEC'),
    encodeCommand('NOSUCH'),
    encodeCommand('PING', 'fence'),
  ])

  test.each([1, 2, 3, 4, 5])('has the same events (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    const pieces: Buffer[] = []
    for (let at = 0; at < script.length;) {
      const end = at + 1 + Math.floor(random() * 12)
      pieces.push(script.subarray(at, end))
      at = end
    }
    expect(await events(pieces)).toEqual(await events([script]))
  })
})

async function events(pieces: Buffer[]): Promise<string[]> {
  const { proxy, recording } = await startTestProxy(await startTestRedis())
  const client = new RawClient(proxy.port)
  for (const piece of pieces) await new Promise((sent) => client.socket.write(piece, sent))
  await recording.waitFor(
    (all) => commandsIn(all).find(({ reply }) => reply === 'fence'),
    timeoutSignal(),
  )
  // Times vary, and so does the order of the packets of two connections.
  return recording.events.map((event) => JSON.stringify(event, comparable)).toSorted()
}

function comparable(key: string, value: unknown): unknown {
  if (['seq', 'at', 'repliedAt', 'replySeq', 'clientPort'].includes(key)) return undefined
  return value instanceof Map ? [...value.keys()] : value
}
