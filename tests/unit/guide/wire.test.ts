import { describe, expect, test } from 'vitest'
import { LogBuffer } from '../../../workshop/guide/log-buffer.ts'
import { TopologyTracker } from '../../../workshop/guide/topology.ts'
import { TrafficFeed } from '../../../workshop/guide/traffic-feed.ts'
import {
  type CommandEvent,
  Recording,
  type RecordingOptions,
  type RespValue,
  nameClients,
} from '../../../workshop/proxy/index.ts'

describe('the traffic feed', () => {
  test('gives similar events of two runs the same signature', () => {
    const { recording, record } = wire()
    const feed = new TrafficFeed(recording, () => {})
    record('web.1', 1, 'PUBLISH', ['JOB:ada:primes', '1'], 0)
    record('web.2', 7, 'PUBLISH', ['JOB:grace:primes', '2'], 0)
    record('web.1', 1, 'PUBLISH', ['JOB:ada:primes', '1'], 2)
    record('web.1', 1, 'PUBLISH', ['DONE:ada:primes', '1'], 0)
    const [first, second, received, done] = feed.drain().items.map(({ signature }) => signature)
    expect(second).toBe(first)
    expect(received).not.toBe(first)
    expect(done).not.toBe(first)
  })

  test('and the topology show channels, and subscribers that Redis has confirmed', () => {
    const { recording, record, open, close } = wire()
    const nothing = { received: 0, last: '' }
    const topology = new TopologyTracker()
    recording.onEvent((event) => {
      if (event.kind !== 'command' || event.reply !== undefined) topology.apply(event)
    })
    topology.setInstances(['web.1', 'web.2'])
    open('web.1', 1)
    open('web.1', 2)
    record('web.1', 2, 'PSUBSCRIBE', ['JOB:*'], ['psubscribe', 'JOB:*', 1])
    record('web.1', 1, 'PUBLISH', ['news', 'x'], 0)
    expect(topology.current).toEqual({
      instances: [
        {
          name: 'web.1',
          connections: [
            { number: 1, subscribes: false, ...nothing },
            { number: 2, subscribes: true, ...nothing },
          ],
        },
        { name: 'web.2', connections: [] },
      ],
      others: 0,
      channels: [
        {
          name: 'JOB:*',
          pattern: true,
          box: 'JOB:*',
          subscribers: ['web.1 2'],
          elsewhere: 0,
          lost: 0,
          used: 0,
        },
        {
          name: 'news',
          pattern: false,
          box: 'news',
          subscribers: [],
          elsewhere: 0,
          lost: 1,
          used: 5,
        },
      ],
    })
    close('web.1', 2)
    expect(topology.current.channels[0]?.subscribers).toEqual([])
    for (let number = 0; number < 100; number++)
      record('web.1', 1, 'PUBLISH', [`news:${number}`, 'x'], 0)
    expect(topology.current.channels.length).toBeLessThanOrEqual(10)
  })

  test('draws programs by their names, a bounded number of them, and those that are connected first', () => {
    const { recording, record, open, close } = wire()
    nameClients(recording, (port) => `python3 ${port}`)
    const feed = new TrafficFeed(recording, () => {}, new TopologyTracker(2))
    const names = () => feed.topology.current.instances.map(({ name }) => name)
    open('client', 1)
    open('client', 2)
    record('client', 2, 'PSUBSCRIBE', ['order.*'], ['psubscribe', 'order.*', 1])
    expect(names()).toEqual(['python3 0'])
    record('client', 2, 'CLIENT', ['SETNAME', 'shipping'], 'OK')
    expect(names()).toEqual(['python3 0', 'shipping'])
    record('client', 1, 'PUBLISH', ['order.paid', '{"id":1}'], 1)
    expect(feed.topology.current.channels).toMatchObject([
      { name: 'order.*', pattern: true, subscribers: ['shipping 2'] },
      { name: 'order.paid', box: 'order.*', subscribers: [] },
    ])
    close('client', 1)
    expect(names()).toEqual(['python3 0', 'shipping'])
    open('client', 3)
    record('client', 3, 'CLIENT', ['SETNAME', 'billing'], 'OK')
    expect(names()).toEqual(['shipping', 'billing'])
    open('client', 4)
    expect(names()).toEqual(['shipping', 'billing'])
    expect(feed.topology.current.others).toBe(1)
    close('client', 2)
    expect(names()).toEqual(['billing', 'python3 0'])
    expect(feed.topology.current.channels).toMatchObject([{ subscribers: [] }, {}])
  })

  test('counts the subscribers that do not use the proxy', () => {
    const { recording, record, open } = wire()
    const { topology } = new TrafficFeed(recording, () => {})
    const elsewhere = () => topology.current.channels.map((one) => one.elsewhere)
    open('web.1', 1)
    open('web.1', 2)
    record('web.1', 1, 'PUBLISH', ['news.a', 'x'], 2)
    expect(elsewhere()).toEqual([2])
    record('web.1', 2, 'SUBSCRIBE', ['news.a'], ['subscribe', 'news.a', 1])
    expect(elsewhere()).toEqual([1])
    record('web.1', 2, 'PSUBSCRIBE', ['news.*'], ['psubscribe', 'news.*', 2])
    record('web.1', 1, 'PUBLISH', ['news.a', 'x'], 3)
    expect(elsewhere()).toEqual([1, 0])
    record('web.1', 1, 'PUBLISH', ['news.a', 'x'], 2)
    expect(elsewhere()).toEqual([0, 0])
  })

  test('sends a sample of many events, counts the rest, and always sends subscriptions', () => {
    const { recording, record } = wire()
    const feed = new TrafficFeed(recording, () => {})
    for (let number = 0; number < 1000; number++)
      record('web.1', 1, 'PUBLISH', ['news', 'x'], 1)
    record('web.1', 2, 'SUBSCRIBE', ['news'], ['subscribe', 'news', 1])
    const { items, skipped } = feed.drain()
    expect(items.length + skipped).toBe(1001)
    expect(items.length).toBeLessThan(40)
    expect(items.at(-1)).toMatchObject({ name: 'SUBSCRIBE', channel: 'news' })
    expect(feed.published).toBe(1000)
    expect(feed.drain()).toEqual({ items: [], skipped: 0 })
  })

  test('the last of many events is in the sample', () => {
    const { recording, record } = wire()
    const feed = new TrafficFeed(recording, () => {})
    for (let number = 1; number <= 1000; number++)
      record('web.1', 1, 'PUBLISH', ['news', String(number)], 1)
    const { items, skipped } = feed.drain()
    expect(items.length + skipped).toBe(1000)
    expect(items.at(-1)).toMatchObject({ name: 'PUBLISH', words: '1000' })
    expect(feed.drain()).toEqual({ items: [], skipped: 0 })
  })

  test('finds the full text of a sent event while it is recorded', () => {
    const { recording, record } = wire({ limit: 500 })
    const feed = new TrafficFeed(recording, () => {})
    record('web.1', 1, 'PUBLISH', ['news', 'x'.repeat(5000)], 1)
    const [item] = feed.drain().items
    expect(item?.text.length).toBeLessThan(300)
    expect(feed.find(item?.seq ?? 0)).toMatchObject({ args: ['news', 'x'.repeat(5000)] })
    for (let round = 0; round < 100; round++) {
      for (let number = 0; number < 10; number++)
        record('web.1', 1, 'PUBLISH', ['news', 'x'], 1)
      feed.drain()
    }
    expect(feed.find(item?.seq ?? 0)).toBeUndefined()
    expect(feed.snapshot().length).toBeLessThanOrEqual(400)
  })
})

test('the log buffer sends the first lines of an output flood and how many followed, and keeps the newest', () => {
  const logs = new LogBuffer(() => {})
  for (let number = 0; number < 5000; number++)
    logs.instanceOutput('web.1', { stream: 'stdout', text: String(number), at: 0 })
  const texts = logs.drain().map(({ text }) => text)
  const first = Array.from({ length: 150 }, (_, number) => String(number))
  expect(texts).toEqual([...first, '4,850 more lines at that moment, not shown'])
  expect(logs.drain()).toEqual([])
  expect(logs.snapshot().length).toBeLessThanOrEqual(600)
  expect(logs.snapshot().at(-1)?.text).toBe('4999')
})

function wire(options: RecordingOptions = {}) {
  const recording = new Recording(options)
  const at = (instance: string, connection: number) => ({
    ...recording.stamp(),
    instance,
    connection,
  })
  return {
    recording,
    open: (instance: string, number: number) =>
      recording.add({ ...at(instance, number), kind: 'open', tls: false }),
    close: (instance: string, number: number) =>
      recording.add({ ...at(instance, number), kind: 'close', by: 'client' }),
    record(instance: string, number: number, name: string, args: string[], reply: RespValue) {
      const event: CommandEvent = {
        ...at(instance, number),
        kind: 'command',
        name,
        args,
        reply: undefined,
        repliedAt: undefined,
        replySeq: undefined,
      }
      recording.add(event)
      recording.setReply(event, reply)
    },
  }
}
