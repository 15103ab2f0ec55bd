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

/** What is used here of node-redis-pubsub, which has no types of its own. */
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

test.each<Version>([2, 3])('node-redis with RESP %i', async (RESP) => {
  const { proxy, recording } = await startTestProxy(await startTestRedis())
  const [publisher, subscriber] = [
    await client(proxy.port, RESP),
    await client(proxy.port, RESP),
  ]
  const heard: string[] = []
  await subscriber.subscribe('instances', (message) => heard.push(message))
  await subscriber.pSubscribe('JOB:*', (message, channel) =>
    heard.push(`${channel} ${message}`),
  )
  expect(await publisher.publish('instances', 'web.1 started')).toBe(1)
  expect(await publisher.publish('JOB:7:primes', '10')).toBe(1)
  await publisher.hSet('h', { a: '1' })
  expect({ ...(await publisher.hGetAll('h')) }).toEqual({ a: '1' })
  expect(await publisher.multi().incr('n').publish('instances', 'x').exec()).toEqual([1, 1])
  await waitUntil('three messages', () => heard.length === 3)
  await subscriber.unsubscribe()

  const told = commandsIn(recording.events)
  expect(told.filter(({ reply }) => reply === undefined)).toEqual([])
  const publishes = told.filter(({ name }) => name === 'PUBLISH')
  expect(publishes.map(({ args, reply }) => args.concat(String(reply)))).toEqual([
    ['instances', 'web.1 started', '1'],
    ['JOB:7:primes', '10', '1'],
    ['instances', 'x', '1'],
  ])
  const pushes = recording.events.filter((event) => event.kind === 'push')
  expect(pushes.map(({ name }) => name)).toEqual(['message', 'pmessage', 'message'])
  expect(recording.events.filter(({ kind }) => kind === 'protocol-error')).toEqual([])
})

test('node-redis-pubsub', async () => {
  const { proxy, recording } = await startTestProxy(await startTestRedis())
  const bus = new NodeRedisPubSub({ host: '127.0.0.1', port: proxy.port })
  later(() => bus.quit())
  bus.on('error', () => {})
  const heard: unknown[] = []
  await new Promise<void>((ready) =>
    bus.on('chat:*', (message: unknown) => heard.push(message), ready),
  )
  bus.emit('chat:ada', { text: 'hello' })
  await waitUntil('a message', () => heard.length === 1)
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

/** Publishes; subscribes before, awaiting it or not. @returns what was heard, and by how many */
async function program(awaits: boolean): Promise<{ heard: string[]; receivers: unknown }> {
  const recording = new Recording()
  const { proxy } = await startTestProxy(await startTestRedis(), { recording })
  const gate = new Latch()
  const seen = (what: string) =>
    recording.waitFor(
      (events) =>
        commandsIn(events).find(({ name, reply }) => name === what && reply !== undefined),
      timeoutSignal(),
    )
  proxy.holdCommand(({ name }) => name === 'SUBSCRIBE', gate.promise)
  const published = seen('PUBLISH')
  // A program that awaits sends nothing until it is let go; a PING of ours shows that.
  void (awaits ? seen('PING') : published).then(gate.open)
  const [publisher, subscriber] = [await client(proxy.port, 3), await client(proxy.port, 3)]
  const heard: string[] = []
  const subscribed = subscriber.subscribe('instances', (message) => heard.push(message))
  if (awaits) {
    await publisher.ping()
    expect(commandsIn(recording.events).some(({ name }) => name === 'PUBLISH')).toBe(false)
    await subscribed
  }
  await publisher.publish('instances', 'started')
  await subscribed
  await publisher.publish('instances', 'fence')
  await waitUntil('the fence', () => heard.includes('fence'))
  return { heard, receivers: (await published).reply }
}

test('holding SUBSCRIBE makes a program that does not await it lose the message', async () => {
  expect(await program(false)).toEqual({ heard: ['fence'], receivers: 0 })
})

test('holding SUBSCRIBE leaves a right program alone', async () => {
  expect(await program(true)).toEqual({ heard: ['started', 'fence'], receivers: 1 })
})

test('node-redis reconnects after down and up', async () => {
  const { proxy, recording } = await startTestProxy(await startTestRedis())
  const subscriber = await client(proxy.port, 3)
  const heard: string[] = []
  await subscriber.subscribe('a', (message) => heard.push(message))
  const mark = recording.nextSeq()
  await proxy.disable()
  await waitUntil('it noticed', () => !subscriber.isReady)
  await proxy.enable()
  await recording.waitFor(
    (events) =>
      commandsIn(events).find(
        ({ name, seq, reply }) => name === 'SUBSCRIBE' && seq >= mark && reply,
      ),
    timeoutSignal(),
  )
  const publisher = await client(proxy.port, 2)
  await publisher.publish('a', 'again')
  await waitUntil('a message', () => heard.length === 1)
})
