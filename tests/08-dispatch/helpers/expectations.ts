import { once } from 'node:events'
import {
  type AppUnderTest,
  ExpectationFailed,
  type SocketClient,
  type TestBed,
  commandRef,
  failUnless,
  fieldsOf,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import { type Message, connectDevice } from '../../shared/chat.ts'
import { expectDelivered, expectOneCopyEach } from '../../shared/chat-delivery.ts'
import { channel, isChannel, publicationsOf, subscriptionsOf } from './channel.ts'

// How long a device that connects is kept waiting, when nothing but the confirmation is missing.
const graceMs = 250
// How long a server that listens already may take to accept a device.
const acceptMs = 2_000

/**
 * Starts an instance to which Redis is slow to confirm the subscription, and connects meanwhile.
 *
 * @returns the instance, and the device of ada which it has accepted
 */
export async function expectSubscribesBeforeAccepting(
  testBed: TestBed,
  name: string,
): Promise<[AppUnderTest, SocketClient]> {
  const released = new AbortController()
  const app = await testBed.start(name)
  app.proxy.holdCommand(
    ({ name: command, args }) => /^[PS]?SUBSCRIBE$/.test(command) && args.some(isChannel),
    once(released.signal, 'abort'),
  )
  let accepted: { confirmed: boolean } | undefined
  const connecting = app
    .waitForHttp()
    .then(() => connectDevice(testBed, app, 'ada', "ada's phone"))
    .then((device) => {
      accepted = { confirmed: subscriptionsOf(app).some(({ reply }) => Array.isArray(reply)) }
      return device
    })
  // An app that waits for the confirmation keeps the device waiting, too.
  connecting.catch(() => {})
  try {
    await app.waitUntil(
      { kind: 'command-missing', app: name, command: 'SUBSCRIBE', channel },
      () => accepted ?? subscriptionsOf(app)[0],
    )
    // A server that listens may need a moment to accept, and one that does not accepts no device.
    const listens = await app.poll(graceMs, () => accepted ?? app.instance.listening[0])
    if (listens !== undefined) await app.poll(acceptMs, () => accepted)
  } finally {
    released.abort()
  }
  const device = await connecting
  failUnless(accepted?.confirmed === true, {
    kind: 'socket-accepted',
    expectation: 'subscribed-first',
    app: name,
    client: device.name,
    when: `before Redis has confirmed its subscription to "${channel}", which the check delays`,
  })
  return [app, device]
}

const toAda = { from: 'ada', to: 'ada' }

/** Neither devices nor messages make it open more and more connections. */
export async function expectNoNewConnections(
  testBed: TestBed,
  app: AppUnderTest,
  first: SocketClient,
): Promise<void> {
  const options = { expectation: 'one-instance' }
  const devices = [first]
  const counts = [app.instance.connectAttempts.length]
  for (const name of ['tablet', 'laptop']) {
    devices.push(await connectDevice(testBed, app, 'ada', `ada's ${name}`))
    const hello = { ...toAda, text: `hello ${name}` }
    await expectDelivered(testBed, first, hello, devices, options)
    counts.push(app.instance.connectAttempts.length)
  }
  const last = { ...toAda, text: 'the last one' }
  await expectDelivered(testBed, first, last, devices, options)
  const hello = { ...toAda, text: 'hello laptop' }
  expectOneCopyEach(testBed, first.name, hello, devices, 'one-instance')
  const [before = 0, between = 0, after = 0] = counts
  failUnless(before >= between || between >= after, {
    kind: 'growth',
    app: app.name,
    what: 'connections to Redis',
    counts,
  })
}

/** Redis goes offline until the apps have noticed it, and comes back. */
export async function cycleRedis(apps: readonly AppUnderTest[]): Promise<void> {
  const attempts = apps.map(({ instance }) => instance.connectAttempts.length)
  const connections = apps.map(({ proxy }) => proxy.openConnections())
  await Promise.all(apps.map(({ proxy }) => proxy.disable()))
  await Promise.all(
    apps.map((app, i) => expectRetries(app, attempts[i] ?? 0, connections[i] ?? [])),
  )
  await Promise.all(apps.map(({ proxy }) => proxy.enable()))
}

async function expectRetries(
  app: AppUnderTest,
  before: number,
  [connection = 0]: readonly number[],
): Promise<void> {
  const retries = () => app.instance.connectAttempts.length - before
  const exit = () => app.instance.exit
  const when = 'while Redis is offline'
  await app
    .waitUntil({ kind: 'connection-lost', app: app.name, connection, when }, () =>
      retries() > 0 ? true : undefined,
    )
    .catch((error: unknown) => {
      if (!exit()) throw error
    })
  // Both connections, and one of them once more: by then it has noticed the first refusal.
  await app.poll(1_500, () => exit() ?? (retries() > 2 || undefined))
  const { code = null, signal = null } = exit() ?? {}
  failUnless(!exit(), { kind: 'exit-unexpected', app: app.name, code, signal, when })
}

/** Redis is back: sooner or later a message arrives again, and from then on each arrives once. */
export async function expectRecovers(
  testBed: TestBed,
  sender: SocketClient,
  devices: readonly SocketClient[],
): Promise<void> {
  const options = { expectation: 'after-redis' }
  const over = (n: number) => n === 32 || testBed.apps.some(({ instance }) => instance.exit)
  for (let n = 1, received = false; !received; n++) {
    try {
      const early = { ...options, withinMs: 250 }
      await expectDelivered(testBed, sender, afterRedis(n), devices, early)
      received = true
    } catch (error) {
      // What is sent before both connections are back is lost, and that is fine.
      if (!(error instanceof ExpectationFailed) || over(n)) throw error
    }
  }
  await expectDelivered(testBed, sender, afterRedis('once more'), devices, options)
  await expectDelivered(testBed, sender, afterRedis('a last time'), devices, options)
  expectOneCopyEach(testBed, sender.name, afterRedis('once more'), devices, 'after-redis')
}

/** A device has received nothing that holds these words. @param expectation see `Fact` */
export function expectReceivesNothing(
  { name, endpoint, received }: SocketClient,
  words: string,
  expectation: string,
): void {
  const leak = received.find(({ args }) => JSON.stringify(args).includes(words))
  if (!leak) return
  const { event, args } = leak
  const fact = { kind: 'event-unexpected', app: endpoint.name, client: name } as const
  throw new ExpectationFailed({ ...fact, expectation, event, args })
}

/** Two devices of a user have received the same events. @param words in these events */
export function expectSameEvents(one: SocketClient, other: SocketClient, words: string): void {
  const [first, second] = [one, other].map((device) => eventsAbout(device, words).toSorted())
  for (const [device, own = [], others = []] of [
    [one, first, second] as const,
    [other, second, first] as const,
  ]) {
    const missing = others.find((event) => !own.includes(event))
    if (missing === undefined) continue
    const when = `, as another device of the same user did`
    const fact = { ...device.missingEvent('message'), expectation: 'same-events', when }
    throw new ExpectationFailed({ ...fact, args: [{ event: missing }] })
  }
}

/**
 * An event about a device is published for the user of that device. Asked of events that no device
 * of the user has received: what else an app publishes for its own instances is its own decision.
 *
 * @param device its name, which all its events hold
 */
export function expectForUser(
  { apps }: TestBed,
  user: string,
  device: string,
  others: readonly SocketClient[],
): void {
  const received = new Set(others.flatMap((one) => eventsAbout(one, device)))
  for (const app of apps) {
    const lost = publicationsOf(app).find(({ args: [, payload = ''] }) => {
      const { event, id } = parseJsonObject(payload)
      return id !== user && payload.includes(device) && !received.has(String(event))
    })
    if (!lost) continue
    const { event } = parseJsonObject(lost.args[1] ?? '')
    const should = `${JSON.stringify({ event, id: user }).slice(0, -1)},…}`
    throw new ExpectationFailed({
      kind: 'command-wrong',
      expectation: 'for-its-user',
      app: app.name,
      command: commandRef(lost),
      should,
      when: `, as ${device} is a device of ${user}`,
    })
  }
}

/** The names of the events that a device has received and that hold these words. */
export function eventsAbout({ received }: SocketClient, words: string): string[] {
  return received
    .filter(({ args }) => JSON.stringify(args).includes(words))
    .map(({ event, args: [first] }) => String(fieldsOf(first)['event'] ?? event))
}

/** Ends well within two seconds of SIGTERM, although a device is connected. */
export async function expectCleanExit(app: AppUnderTest): Promise<void> {
  const open = app.proxy.openConnections().length
  const when = 'at SIGTERM'
  failUnless(open > 0, { kind: 'connection-missing', app: app.name, expected: 1, open, when })
  app.sendSignal('SIGTERM')
  const withinMs = 2_000
  const after = { app: app.name, when: 'after SIGTERM' }
  const missing = { kind: 'exit-missing', withinMs, ...after } as const
  const { code, signal } = await app.waitForExit(missing, withinMs)
  failUnless(code === 0 || signal === 'SIGTERM', {
    kind: 'exit-wrong',
    expected: 0,
    code,
    signal,
    ...after,
  })
}

function afterRedis(n: number | string): Message {
  return { from: 'ada', to: 'grace', text: `after Redis, ${n}` }
}
