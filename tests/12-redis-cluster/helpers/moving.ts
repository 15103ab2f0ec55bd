import { randomUUID } from 'node:crypto'
import {
  type AppUnderTest,
  ExpectationFailed,
  type SocketClient,
  type TestBed,
  attempt,
  failUnless,
} from '../../../workshop/check/suite.ts'
import {
  type Outgoing,
  expectInOrder,
  expectStored,
  isError,
  sendMessage,
  textsOf,
  waitForText,
} from '../../shared/chat-messages.ts'
import { deviceWith, requestToken } from '../../shared/chat-devices.ts'
import { goOnline } from '../../shared/chat-online.ts'
import { heldCommands, holdSubscriptions, isSubscribe } from '../../shared/subscribing.ts'
import { nodeOf, shardedSubscriptions, startInCluster } from './cluster.ts'

// A client with the usual settings looks for a new primary after five seconds only.
const failoverMs = 15_000
const retryMs = 250
const burst = 10

/** Two users on two instances, and what one has sent to the other. */
export interface Conversation {
  testBed: TestBed
  /** The instance of the receiver. */
  app: AppUnderTest
  receiver: SocketClient
  sender: SocketClient
  users: { from: string; to: string }
  /** The texts that were acknowledged, in order. */
  acknowledged: string[]
}

/** Starts two instances, with a user on each. */
export async function beginConversation(
  testBed: TestBed,
  users: Conversation['users'],
): Promise<Conversation> {
  const [app, other] = await Promise.all([
    startInCluster(testBed, 'web.1'),
    startInCluster(testBed, 'web.2'),
  ])
  const receiver = await goOnline(testBed, app, users.to)
  const sender = await goOnline(testBed, other, users.from)
  const conversation: Conversation = {
    testBed,
    app,
    receiver,
    sender,
    users,
    acknowledged: [],
  }
  await sendUntilAcknowledged(conversation, 'before')
  await waitForText(receiver, 'before')
  await expectBurst(conversation)
  return conversation
}

/**
 * A device of the receiver connects to the other instance, which has no subscription for that user.
 * While a node is down it may have to wait.
 */
export async function beginToConnect({ testBed, sender, users }: Conversation): Promise<void> {
  const other = testBed.apps.find(({ name }) => name === sender.endpoint.name)
  if (!other) return
  const token = await requestToken(testBed, other, users.to)
  const device = deviceWith(testBed, other, token, { user: users.to, device: 'computer' })
  device.connect().catch(() => {})
}

// What is sent without waiting has no order that a program must keep.
async function expectBurst({ sender, receiver, users, acknowledged }: Conversation) {
  const texts = Array.from({ length: burst }, (_, i) => `at once ${i + 1}`)
  await Promise.all(texts.map((text) => expectStored(sender, { to: users.to, text })))
  for (const text of texts) await waitForText(receiver, text)
  const came = textsOf(receiver)
  acknowledged.push(...texts.toSorted((a, b) => came.indexOf(a) - came.indexOf(b)))
}

/** Sends a message, and again with the same `clientId` until it is acknowledged. */
export async function sendUntilAcknowledged(
  conversation: Conversation,
  text: string,
): Promise<void> {
  const { sender, users, testBed, acknowledged } = conversation
  // Another one each time: a goal that could not be judged is run again, in the same cluster.
  const message: Outgoing = { to: users.to, text, clientId: randomUUID() }
  // A program may need longer than a client of the check waits while a node is down.
  const { clock } = conversation.app
  const began = clock.now()
  for (;;) {
    const answer = await attempt(sendMessage(sender, message))
    if (answer !== undefined && !isError(answer)) break
    expectUnharmed(conversation)
    const fact = {
      expectation: 'acknowledged-again',
      app: sender.endpoint.name,
      client: sender.name,
      event: 'sendMessage',
    }
    if (clock.since(began).countedMs >= failoverMs) {
      throw new ExpectationFailed(
        answer === undefined
          ? { kind: 'ack-missing', ...fact }
          : { kind: 'ack-wrong', ...fact, args: [answer], should: '{"ok":true}' },
      )
    }
    await testBed.poll(() => undefined, { withinMs: retryMs })
  }
  acknowledged.push(text)
}

async function waitForResubscription(
  conversation: Conversation,
  channel: string,
): Promise<void> {
  const { app } = conversation
  const missing = { kind: 'subscription-missing', app: app.name, channel, again: true } as const
  try {
    await app.waitUntil(
      { ...missing, expectation: 'again' },
      () => heldCommands(app).find(isSubscribe),
      { withinMs: failoverMs },
    )
  } catch (error) {
    // A device that has left ends the subscription, and is the cause then.
    if (error instanceof ExpectationFailed) expectUnharmed(conversation)
    throw error
  }
}

/** Sends messages one after the other until the returned function is called. */
export function keepSending(conversation: Conversation): () => Promise<void> {
  const stopped = new AbortController()
  const send = async () => {
    for (let count = 1; !stopped.signal.aborted; count++)
      await sendUntilAcknowledged(conversation, `message ${count}`)
  }
  const ended = send()
  ended.catch(() => {})
  return async () => {
    stopped.abort()
    await ended
  }
}

/** No instance has ended, and no device has lost its connection. */
export function expectUnharmed({ testBed, receiver, sender }: Conversation): void {
  for (const { name, instance } of testBed.apps) {
    const { exit } = instance
    if (exit) {
      const fact = { kind: 'exit-unexpected', expectation: 'unharmed', app: name } as const
      throw new ExpectationFailed({ ...fact, ...exit })
    }
  }
  for (const device of [receiver, sender]) {
    failUnless(device.connected, {
      kind: 'socket-state',
      expectation: 'stays',
      app: device.endpoint.name,
      client: device.name,
      expected: 'connected',
    })
  }
}

/** The channel and slot of the receiver, and who serves it. */
export async function findSlot({ testBed, app }: Conversation) {
  const cluster = await testBed.useCluster()
  const [subscription] = shardedSubscriptions(app)
  failUnless(subscription !== undefined, {
    kind: 'command-missing',
    expectation: 'sharded',
    app: app.name,
    command: 'SSUBSCRIBE',
  })
  const channel = subscription.args[0] ?? ''
  const slot = await cluster.slotOf(channel)
  const owner = await cluster.ownerOf(slot)
  return { cluster, channel, slot, owner: owner?.port ?? 0 }
}

/**
 * Sends messages while `move` moves the receiver's channel. Its instance subscribes again only when
 * one more message has been sent, so what is published then reaches no subscriber.
 *
 * @param move returns the port of the new primary
 * @param expectation which one it is that what was sent meanwhile arrives
 */
export async function expectNothingMissed(
  conversation: Conversation,
  channel: string,
  move: () => Promise<number>,
  expectation: 'meanwhile' | 'after-the-kill',
): Promise<void> {
  const { testBed, app, receiver, users, acknowledged } = conversation
  const hold = holdSubscriptions(app)
  const stop = keepSending(conversation)
  try {
    const port = await move()
    await stop()
    await waitForResubscription(conversation, channel)
    await sendUntilAcknowledged(conversation, 'meanwhile')
    hold.open()
    await waitForSubscriptionAt(app, channel, `127.0.0.1:${port}`)
  } finally {
    hold.open()
    await stop()
  }
  expectUnharmed(conversation)
  testBed.beginPart() // What was printed about nodes that were down is right.
  await waitForText(receiver, 'meanwhile', expectation)
  await sendUntilAcknowledged(conversation, 'after')
  await waitForText(receiver, 'after', 'after')
  expectUnharmed(conversation)
  expectInOrder(receiver, users.from, acknowledged)
}

async function waitForSubscriptionAt(app: AppUnderTest, channel: string, node: string) {
  await app.waitUntil(
    { kind: 'subscription-missing', expectation: 'again', app: app.name, channel, again: true },
    () => {
      const there = shardedSubscriptions(app).filter(
        ({ connection }) => nodeOf(app, connection) === node,
      )
      return there.find(({ args }) => args.includes(channel))
    },
    { withinMs: failoverMs },
  )
}
