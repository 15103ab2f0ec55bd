import {
  type AppUnderTest,
  type SocketClient,
  type TestBed,
  failUnless,
} from '../../../workshop/check/suite.ts'
import { expectStored, readHistory, sendMessage } from '../../shared/chat-messages.ts'

/** How many messages of a conversation are kept. */
export const kept = 50

// MAXLEN with ~ keeps up to a hundred entries more, and a job that trims may come a little later.
const enough = { sent: 250, left: 170, withinMs: 5_000 }

// Which of these texts are in Redis, in a value without an expiry.
const findTexts = `
  local found, texts = {}, {}
  for _, key in ipairs(redis.call('KEYS', '*')) do
    local kind, values = redis.call('TYPE', key).ok, {}
    if redis.call('TTL', key) >= 0 then kind = 'none' end
    if kind == 'string' then values = { redis.call('GET', key) }
    elseif kind == 'list' then values = redis.call('LRANGE', key, 0, -1)
    elseif kind == 'zset' then values = redis.call('ZRANGE', key, 0, -1)
    elseif kind == 'set' then values = redis.call('SMEMBERS', key)
    elseif kind == 'hash' then values = redis.call('HVALS', key)
    elseif kind == 'stream' then
      for _, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do
        for _, value in ipairs(entry[2]) do table.insert(values, value) end
      end
    end
    for _, value in ipairs(values) do
      for text in string.gmatch(value, 'text%-%d+%-') do
        if not found[text] then found[text] = table.insert(texts, text) or true end
      end
    end
  end
  return texts`

const textOf = (number: number) => `text-${number}-`

/** Two people write at once, then one of them on: the last 50 are there, the oldest first. */
export async function expectKeepsLatest(
  testBed: TestBed,
  [ada, grace]: [SocketClient, SocketClient],
  web1: AppUnderTest,
  token: string,
): Promise<void> {
  const at = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => textOf(from + i))
  const read = async () => {
    const messages = await readHistory(testBed, web1, token, 'grace')
    return messages.map(({ text }) => String(text))
  }
  const [adas, graces] = [at(1, 20), at(21, 40)]
  await Promise.all([
    ...adas.map((text) => expectStored(ada, { to: 'grace', text })),
    ...graces.map((text) => expectStored(grace, { to: 'ada', text })),
  ])
  const both = await read()
  const lost = [...adas, ...graces].filter((text) => !both.includes(text))
  const base = { kind: 'history-wrong', app: web1.name } as const
  failUnless(lost.length === 0, {
    ...base,
    expectation: 'history-complete',
    should: '40 messages in the history, which two instances stored at the same time',
    holds: `${lost.length} of them are not in it`,
    lost: lost.length,
  })
  const later = at(41, 70)
  for (const text of later) await expectStored(ada, { to: 'grace', text })
  const history = await read()
  const newest = history.includes(textOf(70))
  const inRedis = async () => {
    const texts = await testBed.redisCommand('EVAL', findTexts, '0')
    return texts.split('\n').filter((text) => text !== '')
  }
  failUnless(newest && history.length === kept, {
    ...base,
    expectation: 'history-length',
    should: `the last ${kept} of 70 messages in the history`,
    holds: newest
      ? `${history.length} messages`
      : `${history.length} messages, and the latest is not among them`,
    length: history.length,
    newest,
    stored: newest || (await inRedis()).includes(textOf(70)),
  })
  failUnless(history.slice(-later.length).join() === later.join(), {
    ...base,
    expectation: 'history-order',
    should: 'the history with the oldest message first',
    holds: `it begins with "${history[0]}" and ends with "${history.at(-1)}"`,
    reversed: history.toReversed().slice(-later.length).join() === later.join(),
  })
  await Promise.all(at(71, enough.sent).map((text) => sendMessage(ada, { to: 'grace', text })))
  const counted = async () => (await inRedis()).length
  let left = await counted()
  const late = performance.now() + enough.withinMs
  while (left > enough.left && performance.now() < late) {
    await web1.poll(200, () => undefined)
    left = await counted()
  }
  failUnless(left <= enough.left, {
    ...base,
    expectation: 'history-trimmed',
    should: 'Redis to keep the last messages of a conversation, and to forget older ones',
    holds: `${left} of ${enough.sent} messages are still in Redis`,
  })
}
