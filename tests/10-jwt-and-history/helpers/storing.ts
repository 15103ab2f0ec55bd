import {
  type AppEvidence,
  type AppUnderTest,
  type CommandEvent,
  ExpectationFailed,
  type Fact,
  type SocketClient,
  type TestBed,
  attempt,
  commandRef,
  commands,
  failUnless,
  fieldsOf,
} from '../../../workshop/check/suite.ts'
import {
  expectStored,
  messagesOf,
  readHistory,
  sendMessage,
  waitForText,
} from '../../shared/chat-messages.ts'
import { connectWith, requestToken } from '../../shared/chat-devices.ts'
import { newLatch } from '../../shared/latch.ts'

type Wire = Pick<AppEvidence, 'wire'>

/** The commands with which an app stored a text: those that hold it, and do not only publish. */
export function storesOf(app: Wire, text: string): CommandEvent[] {
  return commands(app).filter((event) => stores(event, text))
}

/** The PUBLISH commands of an app that hold a text. */
export function publicationsOf(app: Wire, text: string): CommandEvent[] {
  return commands(app).filter((event) => isPublish(event) && holds(event, text))
}

/** Whether a command stores a text. */
export function stores(event: CommandEvent, text: string): boolean {
  return !isPublish(event) && holds(event, text)
}

/** Whether a command publishes, and does nothing else. */
export function isPublish({ name }: CommandEvent): boolean {
  return /^S?PUBLISH$/.test(name)
}

/**
 * An app stores what a device sends it, and neither publishes nor acknowledges it before. The
 * receiver is at the other app.
 */
export async function expectStoresBeforePublishing(
  testBed: TestBed,
  [app, other]: readonly [AppUnderTest, AppUnderTest],
  sender: SocketClient,
  receiver: SocketClient,
): Promise<void> {
  const [first, second] = ['the first message', 'the second message']
  await expectStored(sender, { to: 'grace', text: first })
  await waitForLive(testBed, other, [sender, receiver], first)
  const [stored] = storesOf(app, first)
  failUnless(stored !== undefined, neverStored(app))
  // Its command is held, so that a publication that does not wait for it overtakes it.
  const latch = newLatch()
  app.proxy.holdCommand((command) => stores(command, second), latch.released)
  let acknowledged = false
  const sending = sendMessage(sender, { to: 'grace', text: second })
  const settled = sending.then(
    () => (acknowledged = true),
    () => {},
  )
  try {
    await app.waitUntil(neverStored(app), () => {
      return storesOf(app, second)[0] ?? publicationsOf(app, second)[0]
    })
    // When another message has come all the way, its instance has done what it does at once.
    await expectStored(receiver, { to: 'ada', text: 'meanwhile' })
    await waitForText(sender, 'meanwhile')
    const early = publicationsOf(app, second).find(({ reply }) => reply !== 'QUEUED')
    const [held = stored] = storesOf(app, second)
    failUnless(early === undefined, {
      kind: 'command-out-of-order',
      expectation: 'store-first',
      app: app.name,
      first: commandRef(held),
      second: commandRef(early ?? held),
    })
    failUnless(!acknowledged, {
      kind: 'ack-early',
      expectation: 'early-ack',
      app: app.name,
    })
  } finally {
    latch.release()
    await settled
  }
  await sending
  await waitForText(receiver, second)
}

/** A message has reached a device once; a later one has come since. */
export function expectDeliveredOnce(
  device: SocketClient,
  args: { from: string; to: string; text: string },
  expectation: string,
): void {
  const seen = messagesOf(device).filter(({ text }) => text === args.text).length
  failUnless(seen === 1, {
    kind: 'event-repeated',
    expectation,
    app: device.endpoint.name,
    client: device.name,
    event: 'message',
    args: [{ event: 'messageSent', args }],
    expected: 1,
    seen,
  })
}

// A live message reaches a device that has connected without lastId. If not: one with lastId?
async function waitForLive(
  testBed: TestBed,
  app: AppUnderTest,
  [sender, receiver]: [SocketClient, SocketClient],
  text: string,
): Promise<void> {
  try {
    await waitForText(receiver, text)
  } catch (error) {
    const fact = error instanceof ExpectationFailed ? error.fact : undefined
    if (fact?.kind !== 'event-missing') throw error
    testBed.freezeEvidence()
    const reached = await attempt(reachWithLastId(testBed, app, sender, text))
    throw new ExpectationFailed({ ...fact, reached: reached ?? [] })
  }
}

// Sends a text again, when another device of grace has the last message of the history.
async function reachWithLastId(
  testBed: TestBed,
  app: AppUnderTest,
  sender: SocketClient,
  text: string,
): Promise<string[]> {
  const token = await requestToken(testBed, app, 'grace')
  const history = await readHistory(testBed, app, token, 'ada')
  const options = {
    user: 'grace',
    device: 'phone with a lastId',
    lastId: history.at(-1)?.['id'],
  }
  const phone = await connectWith(testBed, app, token, options)
  // From then on what it gets is live.
  await phone.waitForEvent(
    'message',
    (envelope) => fieldsOf(envelope)['event'] === 'caughtUp',
    {},
  )
  await expectStored(sender, { to: 'grace', text })
  await waitForText(phone, text)
  return [phone.name]
}

function neverStored(app: AppUnderTest): Fact {
  return {
    kind: 'store-missing',
    expectation: 'never-stored',
    app: app.name,
  }
}

/** A text is in the history once. */
export async function expectStoredOnce(
  testBed: TestBed,
  app: AppUnderTest,
  token: string,
  text: string,
  circumstance: { expectation?: string; when?: string } = {},
): Promise<void> {
  const history = await readHistory(testBed, app, token, 'grace')
  const seen = history.filter((message) => message['text'] === text).length
  failUnless(seen === 1, {
    kind: 'stored-times',
    expectation: 'stored-once',
    app: app.name,
    text,
    expected: 1,
    seen,
    length: history.length,
    ...circumstance,
  })
}

function holds({ args }: CommandEvent, text: string): boolean {
  return args.some((arg) => arg.includes(text))
}
