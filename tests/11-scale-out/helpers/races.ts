import {
  type AppUnderTest,
  ExpectationFailed,
  type SocketClient,
  commands,
} from '../../../workshop/check/suite.ts'
import { eventsOf, expectInOrder } from '../../shared/chat-messages.ts'
import { type Route, expectReaches, expectNotReached, settle } from './crossing.ts'
import { beginToConnect, finishConnecting, giveTime, tooEarlyMs } from './subscribing.ts'
import { goOnline, waitForCaughtUp } from '../../shared/chat-online.ts'
import { heldCommands, holdSubscriptions, isSubscribe } from '../../shared/subscribing.ts'

// An instance that keeps a subscription for a while sends UNSUBSCRIBE this late at most.
const keepsMs = 5_500

/** The device leaves before Redis has confirmed its subscription. */
export async function expectLeftWhileSubscribing(route: Route, user: string): Promise<void> {
  const { testBed, app } = route
  const hold = holdSubscriptions(app)
  const phone = await beginToConnect(testBed, app, user, 'phone')
  await hold.waitForHeld()
  phone.close()
  await settle(testBed, app)
  hold.open()
  const when = `, more than 5 seconds after the only device of ${user} there has left, before its subscription was confirmed`
  await expectNotReached(route, user, { when, expectation: 'left-while-subscribing' })
}

/** It leaves, and another one comes, before Redis has confirmed the first subscription. */
export async function expectBackWhileSubscribing(route: Route, user: string): Promise<void> {
  const { testBed, app } = route
  const hold = holdSubscriptions(app)
  const phone = await beginToConnect(testBed, app, user, 'phone')
  await hold.waitForHeld()
  phone.close()
  await settle(testBed, app)
  const laptop = await beginToConnect(testBed, app, user, 'laptop')
  await giveTime(app, laptop)
  await settle(testBed, app)
  hold.open()
  await expectOnline(route, user, laptop, 'back-while-subscribing')
}

/** Two come, and one of them leaves, before Redis has confirmed the subscription. */
export async function expectOneOfTwoLeft(route: Route, user: string): Promise<void> {
  const { testBed, app } = route
  const hold = holdSubscriptions(app)
  const phone = await beginToConnect(testBed, app, user, 'phone')
  await hold.waitForHeld()
  const laptop = await beginToConnect(testBed, app, user, 'laptop')
  await giveTime(app, laptop)
  await settle(testBed, app)
  phone.close()
  await settle(testBed, app)
  hold.open()
  await expectOnline(route, user, laptop, 'one-of-two-left')
}

/** The last one leaves, and another one comes before Redis has confirmed that it unsubscribed. */
export async function expectBackWhileUnsubscribing(route: Route, user: string): Promise<void> {
  const { testBed, app } = route
  const phone = await goOnline(testBed, app, user)
  const hold = holdSubscriptions(app)
  phone.close()
  await hold.waitForHeld(keepsMs)
  const laptop = await beginToConnect(testBed, app, user, 'laptop')
  await giveTime(app, laptop)
  await settle(testBed, app)
  const isEarly = await isOnlineUnsubscribed(app, laptop)
  hold.open()
  await expectOnline(route, user, laptop, 'back-while-unsubscribing')
  // Thrown last: that it receives nothing is easier to see.
  if (!isEarly) return
  throw new ExpectationFailed({
    kind: 'event-early',
    expectation: 'online-unsubscribed',
    app: app.name,
    client: laptop.name,
    event: 'caughtUp',
  })
}

/**
 * Whether a device receives `caughtUp` while UNSUBSCRIBE waits in the proxy, and Redis has confirmed no
 * SUBSCRIBE since. An instance that has sent no UNSUBSCRIBE is still subscribed.
 */
async function isOnlineUnsubscribed(app: AppUnderTest, device: SocketClient): Promise<boolean> {
  const [held] = heldCommands(app)
  if (!held || isSubscribe(held)) return false
  const isOnline = () => eventsOf(device, 'caughtUp').length > 0
  await app.poll(tooEarlyMs, () => isOnline() || undefined)
  const later = commands(app).filter((one) => isSubscribe(one) && one.seq > held.seq)
  return isOnline() && !later.some(({ reply }) => reply !== undefined)
}

/** The same, and that one leaves, too. */
export async function expectLeftAgain(route: Route, user: string): Promise<void> {
  const { testBed, app } = route
  const phone = await goOnline(testBed, app, user)
  const hold = holdSubscriptions(app)
  phone.close()
  await hold.waitForHeld()
  const laptop = await beginToConnect(testBed, app, user, 'laptop')
  await giveTime(app, laptop)
  laptop.close()
  await settle(testBed, app)
  hold.open()
  const when = `, more than 5 seconds after the devices of ${user} there came and left in quick succession`
  await expectNotReached(route, user, { when, expectation: 'left-again' })
}

async function expectOnline(
  { app, testBed, sender }: Route,
  user: string,
  device: SocketClient,
  expectation: string,
): Promise<void> {
  await finishConnecting(device)
  await waitForCaughtUp(device, expectation)
  // What was still on its way when it received `caughtUp` has happened after this.
  await goOnline(testBed, app, `${user}0`)
  const texts = [`to ${device.name}, first`, `to ${device.name}, second`]
  for (const text of texts) await expectReaches(sender, user, [device], text, expectation)
  expectInOrder(device, 'grace', texts)
}
