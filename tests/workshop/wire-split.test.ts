import { describe, expect, test } from 'vitest'
import { RawClient, command, commandsIn, redis, seeded, soon, tapped } from './wire-support.ts'

describe('split anywhere', () => {
  const script = Buffer.concat([
    command('HELLO', '3'),
    command('SET', 'k', 'é\r\n'.repeat(50)),
    Buffer.from('GET k\r\n'),
    command('SUBSCRIBE', 'a', 'b'),
    command('PUBLISH', 'a', 'x'),
    command('MULTI'),
    command('INCR', 'k'),
    command('PUBLISH', 'b', Buffer.from([0xff, 0, 13, 10])),
    command('EXEC'),
    command('NOSUCH'),
    command('PING', 'fence'),
  ])

  test.each([1, 2, 3, 4, 5])('the same events (seed %i)', async (seed) => {
    const random = seeded(seed)
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
  const { tap, recording } = await tapped(await redis())
  const client = new RawClient(tap.port)
  for (const piece of pieces) await new Promise((sent) => client.socket.write(piece, sent))
  await recording.until((all) => commandsIn(all).find(({ reply }) => reply === 'fence'), soon())
  // When something was seen varies, and between two connections' packets the order, too.
  return recording.events.map((event) => JSON.stringify(event, comparable)).toSorted()
}

function comparable(key: string, value: unknown): unknown {
  if (['seq', 'at', 'repliedAt', 'replySeq'].includes(key)) return undefined
  return value instanceof Map ? [...value.keys()] : value
}
