import {
  type AppUnderTest,
  ExpectationFailed,
  type SocketClient,
  type TestBed,
  failUnless,
} from '../../../workshop/check/suite.ts'
import { expectStored, waitForText } from '../../shared/chat-messages.ts'
import { crossed } from '../../shared/chat-online.ts'

// An instance may keep a subscription for five seconds after the last device has left: longer for
// one whose timer is late.
export const mostTries = 26
export const tryMs = 250

/** Redis has sent this text to no other app than these. Only to be asked when all has come. */
export function expectCrossedOnly(
  { apps }: TestBed,
  text: string,
  holders: readonly AppUnderTest[],
): void {
  const others = apps.filter((app) => !holders.includes(app) && crossed(app, text))
  failUnless(others.length === 0, {
    kind: 'message-crossed',
    expectation: 'crossed',
    text,
    holders: holders.map(({ name }) => name),
    others: others.map(({ name }) => name),
  })
}

/** Who writes to a user, and a device at the app that shows what has come there. */
export interface Route {
  testBed: TestBed
  app: AppUnderTest
  /** At another app. */
  sender: SocketClient
  /** At this app. */
  observer: SocketClient
  /** The user of the observer. */
  observerUser: string
}

/**
 * A message to a user who has no device at an app does not reach it, after a while at least.
 *
 * @param state for the text of the message: why the user has none
 */
export async function expectNotReached(
  { app, sender, observer, observerUser }: Route,
  user: string,
  {
    when,
    state = 'has left',
    expectation = 'left-behind',
  }: { when: string; state?: string; expectation?: string },
): Promise<void> {
  let text = ''
  for (let count = 1; count <= mostTries; count++) {
    text = `${user} ${state}, message ${count}`
    const later = `after message ${count}: ${user} ${state}`
    await expectStored(sender, { to: user, text })
    await expectStored(sender, { to: observerUser, text: later })
    await waitForText(observer, later)
    if (!crossed(app, text)) return
    await app.poll(tryMs, () => undefined)
  }
  throw new ExpectationFailed({
    kind: 'message-crossed',
    expectation,
    app: app.name,
    text,
    holders: [],
    others: [app.name],
    when,
  })
}

/** A message from a sender reaches all of these devices of a user. */
export async function expectReaches(
  sender: SocketClient,
  user: string,
  devices: readonly SocketClient[],
  text: string,
  expectation: string,
): Promise<void> {
  await expectStored(sender, { to: user, text })
  for (const device of devices) await waitForText(device, text, expectation)
}

/** When this returns, an app has done what it does at once about a device that has left. */
export async function settle(testBed: TestBed, app: AppUnderTest): Promise<void> {
  await testBed.httpSession().request(app, 'GET', '/state')
}
