import {
  type AppUnderTest,
  type SocketClient,
  type TestBed,
  failUnless,
} from '../../../workshop/check/suite.ts'
import { requestToken } from '../../shared/chat-devices.ts'
import {
  eventsOf,
  expectInOrder,
  expectStored,
  messagesOf,
  waitForId,
} from '../../shared/chat-messages.ts'
import { type Route, expectReaches, expectNotReached } from './crossing.ts'
import { beginToConnect, finishConnecting, giveTime } from './subscribing.ts'
import { goOnline, waitForCaughtUp } from '../../shared/chat-online.ts'
import { heldCommands, holdSubscriptions, isSubscribe } from '../../shared/subscribing.ts'

// How long a device could be notified too early, when nothing but the confirmation is missing.
const graceMs = 300

/**
 * New devices are notified that they are online when the subscription of their user is confirmed, and
 * not before: also one that connects while the command of another one is on its way.
 */
export async function expectNotifiedWhenSubscribed(route: Route, user: string): Promise<void> {
  const { testBed, app, sender } = route
  const hold = holdSubscriptions(app)
  const devices: SocketClient[] = []
  try {
    for (const name of ['phone', 'tablet']) {
      const device = await beginToConnect(testBed, app, user, name)
      await giveTime(app, device)
      devices.push(device)
      await expectNotNotifiedYet(app, devices, 'online-early', hold.waitForHeld)
    }
  } finally {
    hold.open()
  }
  for (const device of devices) {
    await finishConnecting(device)
    await waitForCaughtUp(device)
  }
  await expectReaches(sender, user, devices, 'live', 'live')
}

/** A message that is sent while its instance subscribes reaches a device that comes back. */
export async function expectMissesNothing(route: Route): Promise<void> {
  const { testBed, app, sender } = route
  const phone = await goOnline(testBed, app, 'ada')
  await expectStored(sender, { to: 'ada', text: 'before' })
  const lastId = await waitForId(phone, 'before')
  phone.close()
  const when = 'after her phone has left'
  await expectNotReached(route, 'ada', { when })
  await expectStored(sender, { to: 'ada', text: 'missed' })
  const hold = holdSubscriptions(app)
  let back: SocketClient
  try {
    back = await beginToConnect(testBed, app, 'ada', 'phone', lastId)
    await expectNotNotifiedYet(app, [back], 'online-early', hold.waitForHeld)
    await expectStored(sender, { to: 'ada', text: 'in between' })
  } finally {
    hold.open()
  }
  await finishConnecting(back)
  await waitForCaughtUp(back)
  await expectReaches(sender, 'ada', [back], 'after', 'live')
  expectInOrderOf(back, ['missed', 'in between', 'after'])
}

/** Redis is offline for a moment, and one instance needs longer to subscribe again. */
export async function expectBackAfterOutage(
  testBed: TestBed,
  app: AppUnderTest,
  sender: SocketClient,
): Promise<void> {
  const token = await requestToken(testBed, app, 'ada')
  const connects = (name: string) => {
    // As the page does: with the last message that it has, whenever it connects.
    const auth = {
      token,
      get lastId(): unknown {
        return messagesOf(device).at(-1)?.['id']
      },
    }
    const device = testBed.socketClient(app, { name, auth, reconnects: true })
    return device
  }
  const phone = await connects("ada's phone").connect()
  await waitForCaughtUp(phone)
  await expectReaches(sender, 'ada', [phone], 'before', 'live')
  const channel = channelOf(app, 'before')
  const before = eventsOf(phone, 'caughtUp').length
  await app.proxy.disable()
  await expectStored(sender, { to: 'ada', text: 'meanwhile' })
  const hold = holdSubscriptions(app)
  const tablet = connects("ada's tablet")
  try {
    await app.proxy.enable()
    await app.waitUntil(
      {
        kind: 'subscription-missing',
        expectation: 'again',
        app: app.name,
        channel,
        again: true,
      },
      () => heldCommands(app).find(isSubscribe),
    )
    tablet.connect().catch(() => {})
    await expectNotNotifiedYet(
      app,
      [phone, tablet],
      'online-early-again',
      async () => {},
      before,
    )
    await expectStored(sender, { to: 'ada', text: 'a moment later' })
  } finally {
    hold.open()
  }
  await waitForCaughtUp(phone, 'online-again', before + 1)
  const laptop = await goOnline(testBed, app, 'ada', 'laptop')
  await expectReaches(sender, 'ada', [phone, laptop], 'after', 'online-again')
  expectInOrder(phone, 'grace', ['before', 'meanwhile', 'a moment later', 'after'])
}

/** None of these devices receives another `caughtUp` while a subscription command is held. */
async function expectNotNotifiedYet(
  app: AppUnderTest,
  devices: readonly SocketClient[],
  expectation: string,
  held: () => Promise<unknown>,
  before = 0,
): Promise<void> {
  await held()
  const tooEarly = () =>
    devices.find((device, i) => {
      return eventsOf(device, 'caughtUp').length > (i === 0 ? before : 0)
    })
  const early = await app.poll(graceMs, tooEarly)
  // An instance that is subscribed already has nothing to wait for.
  if (heldCommands(app).length === 0) return
  failUnless(early === undefined, {
    kind: 'event-early',
    expectation,
    app: app.name,
    client: early?.name ?? '',
    event: 'caughtUp',
  })
}

/** The channel on which a text reached an app. */
function channelOf(app: AppUnderTest, text: string): string {
  const [push] = app.receivedMessages(text)
  return push?.args.at(-2) ?? 'its channel'
}

// What was sent while the check looked whether the instance had unsubscribed came as well.
function expectInOrderOf(device: SocketClient, texts: readonly string[]): void {
  const others = messagesOf(device).map(({ text }) => String(text))
  const extra = others.filter((text) => text.includes('is not here'))
  expectInOrder(device, 'grace', [...extra, ...texts])
}
