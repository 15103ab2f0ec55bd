import { createRequire } from 'node:module'
import { createClient } from 'redis'
import { expect, test } from 'vitest'
import { Recording } from '../../../workshop/proxy/index.ts'
import { later } from '../support/on-finished.ts'
import {
  commandsIn,
  Latch,
  startTestRedis,
  timeoutSignal,
  startTestProxy,
  waitUntil,
} from './proxy-fixture.ts'

type Version = 2 | 3

/** The part of node-redis-pubsub that is used here; it has no types. */
interface Bus {
  on(event: string, handler: (message: unknown) => void, ready?: () => void): void
  emit(event: string, message: object): void
  quit(): void
}
const NodeRedisPubSub: new (options: object) => Bus = createRequire(import.meta.url)(
  'node-redis-pubsub',
)

async function client(port: number, RESP: Version) {
  const made = createClient({ url: `redis://127.0.0.1:${port}`, RESP })
  made.on('error', () => {})
  await made.connect()
  later(() => made.destroy())
  return made
}

test.each<Version>([2, 3])(
  'the traffic of node-redis with RESP%i is recorded',
  async (RESP) => {
    const { proxy, recording } = await startTestProxy(await startTestRedis())
    const [publisher, subscriber] = [
      await client(proxy.port, RESP),
      await client(proxy.port, RESP),
    ]
    const received: string[] = []
    await subscriber.subscribe('instances', (message) => received.push(message))
    await subscriber.pSubscribe('JOB:*', (message, channel) =>
      received.push(`${channel} ${message}`),
    )
    expect(await publisher.publish('instances', 'web.1 started')).toBe(1)
    expect(await publisher.publish('JOB:7:primes', '10')).toBe(1)
    await publisher.hSet('h', { a: '1' })
    expect({ ...(await publisher.hGetAll('h')) }).toEqual({ a: '1' })
    expect(await publisher.multi().incr('n').publish('instances', 'x').exec()).toEqual([1, 1])
    await waitUntil('three messages', () => received.length === 3)
    await subscriber.unsubscribe()

    const commands = commandsIn(recording.events)
    expect(commands.filter(({ reply }) => reply === undefined)).toEqual([])
    const publishes = commands.filter(({ name }) => name === 'PUBLISH')
    expect(publishes.map(({ args, reply }) => args.concat(String(reply)))).toEqual([
      ['instances', 'web.1 started', '1'],
      ['JOB:7:primes', '10', '1'],
      ['instances', 'x', '1'],
    ])
    const pushes = recording.events.filter((event) => event.kind === 'push')
    expect(pushes.map(({ name }) => name)).toEqual(['message', 'pmessage', 'message'])
    expect(recording.events.filter(({ kind }) => kind === 'protocol-error')).toEqual([])
  },
)

test('the traffic of node-redis-pubsub is recorded', async () => {
  const { proxy, recording } = await startTestProxy(await startTestRedis())
  const bus = new NodeRedisPubSub({ host: '127.0.0.1', port: proxy.port })
  later(() => bus.quit())
  bus.on('error', () => {})
  const received: unknown[] = []
  await new Promise<void>((ready) =>
    bus.on('chat:*', (message: unknown) => received.push(message), ready),
  )
  bus.emit('chat:ada', { text: 'hello' })
  await waitUntil('a message', () => received.length === 1)
  const push = await recording.waitFor(
    (events) => events.find((event) => event.kind === 'push'),
    timeoutSignal(),
  )
  expect(push).toMatchObject({
    name: 'pmessage',
    args: ['chat:*', 'chat:ada', '{"text":"hello"}'],
  })
  expect(commandsIn(recording.events).find(({ name }) => name === 'PSUBSCRIBE')?.reply).toEqual(
    ['psubscribe', 'chat:*', 1],
  )
})

/** Subscribes, with or without await, then publishes. @returns the messages, and PUBLISH's reply */
async function subscribeAndPublish(
  awaits: boolean,
): Promise<{ received: string[]; receivers: unknown }> {
  const recording = new Recording()
  const { proxy } = await startTestProxy(await startTestRedis(), { recording })
  const latch = new Latch()
  const waitForReply = (what: string) =>
    recording.waitFor(
      (events) =>
        commandsIn(events).find(({ name, reply }) => name === what && reply !== undefined),
      timeoutSignal(),
    )
  proxy.holdCommand(({ name }) => name === 'SUBSCRIBE', latch.promise)
  const published = waitForReply('PUBLISH')
  // A program that awaits sends nothing until SUBSCRIBE is released; PING makes that visible.
  void (awaits ? waitForReply('PING') : published).then(latch.open)
  const [publisher, subscriber] = [await client(proxy.port, 3), await client(proxy.port, 3)]
  const received: string[] = []
  const subscribed = subscriber.subscribe('instances', (message) => received.push(message))
  if (awaits) {
    await publisher.ping()
    expect(commandsIn(recording.events).some(({ name }) => name === 'PUBLISH')).toBe(false)
    await subscribed
  }
  await publisher.publish('instances', 'started')
  await subscribed
  await publisher.publish('instances', 'fence')
  await waitUntil('the fence', () => received.includes('fence'))
  return { received, receivers: (await published).reply }
}

test('holding SUBSCRIBE makes a program that does not await it lose the message', async () => {
  expect(await subscribeAndPublish(false)).toEqual({ received: ['fence'], receivers: 0 })
})

test('holding SUBSCRIBE loses no message of a program that awaits it', async () => {
  expect(await subscribeAndPublish(true)).toEqual({
    received: ['started', 'fence'],
    receivers: 1,
  })
})

test('node-redis subscribes again after disable and enable', async () => {
  const { proxy, recording } = await startTestProxy(await startTestRedis())
  const subscriber = await client(proxy.port, 3)
  const received: string[] = []
  await subscriber.subscribe('a', (message) => received.push(message))
  const fromSeq = recording.nextSeq()
  await proxy.disable()
  await waitUntil('it noticed', () => !subscriber.isReady)
  await proxy.enable()
  await recording.waitFor(
    (events) =>
      commandsIn(events).find(
        ({ name, seq, reply }) => name === 'SUBSCRIBE' && seq >= fromSeq && reply,
      ),
    timeoutSignal(),
  )
  const publisher = await client(proxy.port, 2)
  await publisher.publish('a', 'again')
  await waitUntil('a message', () => received.length === 1)
})
