import {
  type AppUnderTest,
  type CommandEvent,
  ExpectationFailed,
  type SocketClient,
  type TestBed,
  commands,
  failUnless,
} from '../../../workshop/check/suite.ts'
import { requestToken } from '../../shared/chat-devices.ts'
import {
  eventsOf,
  expectInOrder,
  expectStored,
  messagesOf,
  textsOf,
  waitForId,
} from '../../shared/chat-messages.ts'
import { type Route, expectNotReached, expectReaches, settle } from './crossing.ts'
import {
  beginToConnect,
  countSubscribes,
  finishConnecting,
  giveTime,
  tooEarlyMs,
} from './subscribing.ts'
import { goOnline, waitForCaughtUp } from '../../shared/chat-online.ts'
import { expectAloneUnsubscribed } from './alone.ts'
import { duringRead, sendDuringFirstRead } from './reading.ts'
import { heldCommands, holdSubscriptions, isSubscribe } from '../../shared/subscribing.ts'

const againWithinMs = 5_000

/**
 * New devices receive `caughtUp` when the subscription of their user is confirmed, and not before:
 * also those that connect while the command of another one is on its way, of its user or another.
 */
export async function expectNotifiedWhenSubscribed(route: Route, user: string): Promise<void> {
  const { testBed, app, sender } = route
  // What is still on its way for another user is not what is held.
  await app.poll(
    againWithinMs,
    () => commands(app).find(isConfirmed) && !commands(app).some(isOpen),
  )
  const hold = holdSubscriptions(app)
  const devices: SocketClient[] = []
  for (const name of ['phone', 'tablet']) {
    const device = await beginToConnect(testBed, app, user, name)
    await giveTime(app, device)
    devices.push(device)
    await expectNotNotifiedYet(app, devices, 'online-early', hold.waitForHeld)
  }
  const stranger = await beginToConnect(testBed, app, 'user-3', 'phone')
  await giveTime(app, stranger)
  const sent = countSubscribes(app)
  hold.open()
  for (const device of [...devices, stranger]) {
    await finishConnecting(device)
    await waitForCaughtUp(device)
  }
  await expectReaches(sender, user, devices, 'live', 'live')
  const expectation = countSubscribes(app) > sent ? 'live' : 'connected-meanwhile'
  await expectReaches(sender, 'user-3', [stranger], 'to user-3', expectation)
}

/** A message that is sent while its instance subscribes reaches a device that reconnects. */
export async function expectMissesNothing(route: Route): Promise<SocketClient> {
  const { testBed, app, sender } = route
  const phone = await goOnline(testBed, app, 'ada')
  await expectStored(sender, { to: 'ada', text: 'before' })
  const lastId = await waitForId(phone, 'before')
  phone.close()
  const when = 'more than 5 seconds after her phone has left'
  await expectNotReached(route, 'ada', { when })
  await expectStored(sender, { to: 'ada', text: 'missed' })
  const hold = holdSubscriptions(app)
  const back = await beginToConnect(testBed, app, 'ada', 'phone', lastId)
  await expectNotNotifiedYet(app, [back], 'online-early', hold.waitForHeld)
  await expectStored(sender, { to: 'ada', text: 'in between' })
  hold.open()
  await finishConnecting(back)
  await waitForCaughtUp(back)
  await expectReaches(sender, 'ada', [back], 'after', 'live')
  expectInOrderOf(back, ['missed', 'in between', 'after'])
  return back
}

/**
 * A device that connects while its user is subscribed already, and a command for another user is on
 * its way, receives what it has missed before what is sent meanwhile.
 */
export async function expectMissedBeforeLive(
  { testBed, app, sender }: Route,
  phone: SocketClient,
): Promise<void> {
  const lastId = await waitForId(phone, 'after')
  await expectReaches(sender, 'ada', [phone], 'missed by the tablet', 'live')
  const hold = holdSubscriptions(app)
  const other = await beginToConnect(testBed, app, 'user-2', 'phone')
  await hold.waitForHeld()
  const tablet = await beginToConnect(testBed, app, 'ada', 'tablet', lastId)
  await giveTime(app, tablet)
  await expectReaches(sender, 'ada', [phone], 'meanwhile', 'live')
  hold.open()
  for (const device of [other, tablet]) {
    await finishConnecting(device)
    await waitForCaughtUp(device)
  }
  await expectReaches(sender, 'ada', [tablet], 'later', 'live')
  const expected = ['missed by the tablet', 'meanwhile', 'later']
  const received = textsOf(tablet)
  failUnless(received[0] !== 'meanwhile', {
    kind: 'event-order',
    expectation: 'live-first',
    app: app.name,
    client: tablet.name,
    expected,
    received,
  })
  expectInOrder(tablet, 'grace', expected)
}

/**
 * Redis is offline for a moment, one instance needs longer to subscribe again, and one user leaves
 * before it has, another one afterwards.
 */
export async function expectBackAfterOutage(
  testBed: TestBed,
  app: AppUnderTest,
  sender: SocketClient,
): Promise<void> {
  const connects = async (user: string, name: string) => {
    const token = await requestToken(testBed, app, user)
    // As the page does: with the last message that it has, whenever it connects.
    const auth = {
      token,
      get lastId(): unknown {
        return messagesOf(device).at(-1)?.['id']
      },
    }
    const device = testBed.socketClient(app, {
      name: `${user}'s ${name}`,
      auth,
      reconnects: true,
    })
    return device
  }
  const devices = [await connects('ada', 'phone'), await connects('ada', 'computer')]
  const guest = await connects('user-2', 'phone')
  const staying = [...devices, guest]
  for (const device of staying) {
    await device.connect()
    await waitForCaughtUp(device)
  }
  const visitor = await goOnline(testBed, app, 'user-1')
  await expectReaches(sender, 'ada', devices, 'before', 'live')
  await expectReaches(sender, 'user-2', [guest], 'before', 'live')
  const channel = channelOf(app, 'before')
  const before = staying.map(countCaughtUp)
  const tablet = await connects('ada', 'tablet')
  await app.proxy.disable()
  for (const to of ['user-2', 'ada']) await expectStored(sender, { to, text: 'meanwhile' })
  const hold = holdSubscriptions(app)
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
  const all = [...staying, tablet]
  await expectNotNotifiedYet(app, all, 'online-early-again', async () => {}, before)
  await expectStored(sender, { to: 'ada', text: 'a moment later' })
  visitor.close()
  await settle(testBed, app)
  const users = ['ada', 'user-2']
  await sendDuringFirstRead(testBed, app, { sender, users, begin: () => hold.open() })
  await expectCaughtUpAgain(testBed, staying, before)
  const laptop = await goOnline(testBed, app, 'ada', 'laptop')
  await expectReaches(sender, 'ada', [...devices, laptop], 'after', 'online-again')
  await expectReaches(sender, 'user-2', [guest], 'after', 'online-again')
  expectInOrder(guest, 'grace', ['before', 'meanwhile', duringRead, 'after'])
  for (const device of devices) {
    const texts = ['before', 'meanwhile', 'a moment later', duringRead, 'after']
    expectInOrder(device, 'grace', texts)
  }
  guest.close()
  await settle(testBed, app)
  testBed.beginPart()
  const route = { testBed, app, sender, observer: laptop, observerUser: 'ada' }
  await expectNotReached(route, 'user-1', {
    state: 'left during the outage',
    expectation: 'left-during-outage',
    when: `, more than 5 seconds after an outage during which user-1's last device left ${app.name}`,
  })
  await expectNotReached(route, 'user-2', {
    state: 'left after the outage',
    expectation: 'left-after-outage',
    when: `, more than 5 seconds after user-2's last device left ${app.name}`,
  })
  for (const device of [...devices, tablet, laptop]) device.close()
  await settle(testBed, app)
  await expectAloneUnsubscribed(testBed, app, sender)
}

function isConfirmed(event: CommandEvent): boolean {
  return isSubscribe(event) && event.reply !== undefined
}

function isOpen(event: CommandEvent): boolean {
  return isSubscribe(event) && event.reply === undefined
}

/** None of these devices receives `caughtUp` once more while a subscription command is held. */
async function expectNotNotifiedYet(
  app: AppUnderTest,
  devices: readonly SocketClient[],
  expectation: string,
  held: () => Promise<unknown>,
  before: readonly number[] = [],
): Promise<void> {
  await held()
  const tooEarly = () => devices.find((device, i) => countCaughtUp(device) > (before[i] ?? 0))
  const early = await app.poll(tooEarlyMs, tooEarly)
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

/** Each of these devices receives `caughtUp` once more. */
async function expectCaughtUpAgain(
  testBed: TestBed,
  devices: readonly SocketClient[],
  before: readonly number[],
): Promise<void> {
  const missing = () => devices.filter((device, i) => countCaughtUp(device) <= (before[i] ?? 0))
  await testBed.poll(() => missing().length === 0 || undefined, {
    withinMs: againWithinMs,
    shortenWhen: () => missing().length < devices.length,
  })
  const [first] = missing()
  if (!first) return
  const reached = devices.filter((device) => !missing().includes(device))
  throw new ExpectationFailed({
    ...first.missingEvent('message'),
    expectation: 'online-again',
    args: [{ event: 'caughtUp', args: { gap: false } }],
    clients: devices.map(({ name }) => name),
    reached: reached.map(({ name }) => name),
  })
}

function countCaughtUp(device: SocketClient): number {
  return eventsOf(device, 'caughtUp').length
}

/** The channel on which a text reached an app. */
function channelOf(app: AppUnderTest, text: string): string {
  const [push] = app.receivedMessages(text)
  return push?.args.at(-2) ?? 'its channel'
}

// What was sent while the check looked whether the instance had unsubscribed came as well.
function expectInOrderOf(device: SocketClient, texts: readonly string[]): void {
  const extra = textsOf(device).filter((text) => text.includes('has left'))
  expectInOrder(device, 'grace', [...extra, ...texts])
}
