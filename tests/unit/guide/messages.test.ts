import { describe, expect, test } from 'vitest'
import {
  boxOf,
  channelBoxes,
  durationOf,
  messagesIn,
} from '../../../workshop/guide/client/messages.ts'
import type { ChannelInfo, WireItem } from '../../../workshop/guide/protocol.ts'
import { messageWords } from '../../../workshop/guide/wire-item.ts'

describe('messagesIn', () => {
  test('finds deliveries that precede the reply of their PUBLISH', () => {
    const [message] = messagesIn([delivery(2, 'web.1'), delivery(3, 'web.2'), publish(1, 2)])
    expect(message?.deliveries.map(({ instance }) => instance)).toEqual(['web.1', 'web.2'])
    expect(message && durationOf(message)).toBe(2)
  })

  test('keeps the deliveries of two equal messages apart', () => {
    const messages = messagesIn([
      publish(1, 1),
      delivery(2, 'web.1'),
      publish(3, 1),
      delivery(4, 'web.1'),
    ])
    expect(messages.map(({ deliveries }) => deliveries.map(({ seq }) => seq))).toEqual([
      [2],
      [4],
    ])
  })

  test('finds no deliveries of a message that no subscriber received', () => {
    expect(messagesIn([publish(1, 0), delivery(2, 'web.1')])).toMatchObject([
      { deliveries: [] },
    ])
  })
})

test('a channel that only a pattern matches shares its box, and adds its lost messages', () => {
  const channels: ChannelInfo[] = [
    channel('JOB:ada:primes', { box: 'JOB:*', lost: 1 }),
    channel('news', { lost: 2 }),
    channel('JOB:*', { pattern: true, subscribers: ['worker.1 2'] }),
  ]
  expect(channelBoxes(channels)).toEqual([
    {
      name: 'JOB:*',
      pattern: true,
      subscribers: ['worker.1 2'],
      elsewhere: 0,
      lost: 1,
      used: 0,
    },
    { name: 'news', pattern: false, subscribers: [], elsewhere: 0, lost: 2, used: 0 },
  ])
  expect(boxOf(channels, 'JOB:ada:primes')).toBe('JOB:*')
  expect(boxOf(channels, 'news')).toBe('news')
})

test('of many channels those are drawn that were used last, in their order', () => {
  const channels = [
    channel('a', { used: 5 }),
    channel('b', { subscribers: ['web.1 2'] }),
    channel('c'),
    channel('d', { used: 3 }),
    channel('e', { used: 4 }),
    channel('f'),
  ]
  expect(channelBoxes(channels).map(({ name }) => name)).toEqual(['b', 'a', 'd', 'e'])
})

test.each([
  ['{"instance":"web.2","event":"started"}', 'web.2 started'],
  ['{"event":"messageSent","args":{"to":"ada","text":"On my way"}}', 'On my way'],
  ['{"id":4}', '{"id":4}'],
  ['hello', 'hello'],
  ['{broken', '{broken'],
  ['{}', '{}'],
  ['x'.repeat(10_000), `${'x'.repeat(80)}…`],
])('the summary of %j', (payload, words) => {
  expect(messageWords(payload)).toBe(words)
})

function item(seq: number, part: Partial<WireItem>): WireItem {
  return {
    seq,
    at: seq,
    instance: 'web.1',
    connection: 1,
    kind: 'command',
    name: 'PUBLISH',
    channel: 'news',
    pattern: undefined,
    text: '',
    words: 'hello',
    result: '',
    receivers: undefined,
    signature: '',
    ...part,
  }
}

function publish(seq: number, receivers: number): WireItem {
  return item(seq, { receivers })
}

function delivery(seq: number, instance: string): WireItem {
  return item(seq, { instance, connection: 2, kind: 'push', name: 'message' })
}

function channel(name: string, part: Partial<ChannelInfo> = {}): ChannelInfo {
  return {
    name,
    box: name,
    pattern: false,
    subscribers: [],
    elsewhere: 0,
    lost: 0,
    used: 0,
    ...part,
  }
}
