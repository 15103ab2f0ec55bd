import {
  type AppUnderTest,
  type CommandEvent,
  type TestBed,
  commands,
  failUnless,
} from '../../../workshop/check/suite.ts'
import { deviceWith, requestToken } from '../../shared/chat-devices.ts'
import { expectReaches, settle } from './crossing.ts'
import { countSubscribes } from './subscribing.ts'
import { goOnline, waitForCaughtUp } from '../../shared/chat-online.ts'
import { holdSubscriptions, isSubscribe } from '../../shared/subscribing.ts'

const users = 200
const mostRoundTrips = 50
const acceptedWithinMs = 3_000

/** Many users connect while the first subscription of them is on its way. */
export async function expectFewRoundTrips(testBed: TestBed, app: AppUnderTest): Promise<void> {
  const ada = await goOnline(testBed, app, 'ada')
  const names = Array.from({ length: users }, (_, i) => `user-${i + 1}`)
  const tokens = await Promise.all(names.map((user) => requestToken(testBed, app, user)))
  const before = app.instance.connectAttempts.length
  const from = app.wire.at(-1)?.seq ?? 0
  const hold = holdSubscriptions(app)
  const devices = names.map((user, i) => deviceWith(testBed, app, tokens[i] ?? '', { user }))
  const connecting = devices.map((device) => device.connect())
  for (const one of connecting) one.catch(() => {})
  await hold.waitForHeld(acceptedWithinMs)
  // Some programs accept a device only when it is subscribed.
  await app.poll(acceptedWithinMs, () => devices.every((one) => one.connected) || undefined)
  await settle(testBed, app)
  const sent = countSubscribes(app)
  hold.open()
  await Promise.all(connecting)
  for (const device of devices) await waitForCaughtUp(device)
  const expectation = countSubscribes(app) > sent ? 'live' : 'connected-meanwhile'
  for (const i of [0, users / 2, users - 1]) {
    const user = names[i] ?? ''
    await expectReaches(ada, user, devices.slice(i, i + 1), `to ${user}`, expectation)
  }
  // First: on connections of their own, commands are no round trips one after the other.
  const after = app.instance.connectAttempts.length
  failUnless(after - before < mostRoundTrips, {
    kind: 'growth',
    expectation: 'connections',
    app: app.name,
    what: `connections to Redis with ${users} more users`,
    counts: [before, after],
  })
  const seen = countRoundTrips(app, from)
  failUnless(seen <= mostRoundTrips, {
    kind: 'round-trips',
    expectation: 'round-trips',
    app: app.name,
    users,
    most: mostRoundTrips,
    seen,
  })
}

/** Commands that were sent before the first of them was answered share a round trip. */
export function countRoundTrips(app: { wire: AppUnderTest['wire'] }, from: number): number {
  let count = 0
  let answered = -Infinity
  for (const { seq, replySeq } of subscribesAfter(app, from)) {
    if (seq < answered) continue
    count += 1
    answered = replySeq ?? Infinity
  }
  return count
}

function subscribesAfter(app: { wire: AppUnderTest['wire'] }, from: number): CommandEvent[] {
  return commands(app).filter((event) => event.seq > from && isSubscribe(event))
}
