import {
  type AppUnderTest,
  type SocketClient,
  type TestBed,
  commands,
  failUnless,
} from '../../../workshop/check/suite.ts'
import { expectReaches, mostTries, settle, tryMs } from './crossing.ts'
import { goOnline } from '../../shared/chat-online.ts'
import { heldCommands, holdSubscriptions, isSubscribe } from '../../shared/subscribing.ts'

// Longer than the package waits before it connects again.
const againWithinMs = 5_000
// By the clock on the wall: so the timers of a program count.
const atOnceMs = 900

/**
 * One device leaves just before Redis is offline, so that its UNSUBSCRIBE fails, and the only other one
 * of the instance while it is. Then there is none for which the instance asks Redis for anything when
 * it is back.
 */
export async function expectAloneUnsubscribed(
  testBed: TestBed,
  app: AppUnderTest,
  sender: SocketClient,
): Promise<void> {
  const first = await goOnline(testBed, app, 'user-4')
  const second = await goOnline(testBed, app, 'user-3')
  const pushes = []
  for (const [user, device] of [
    ['user-3', second],
    ['user-4', first],
  ] as const) {
    const text = `alone before the outage, ${user}`
    await expectReaches(sender, user, [device], text, 'live')
    pushes.push({ user, push: app.receivedMessages(text)[0] })
  }
  const hold = holdSubscriptions(app)
  const leftAt = performance.now()
  first.close()
  await hold.waitForHeld()
  // A program that keeps a subscription for a while sends its UNSUBSCRIBE later: not in that time.
  const channelOfFirst = pushes.find(({ user }) => user === 'user-4')?.push?.args.at(-2) ?? ''
  const isAtOnce = performance.now() - leftAt < atOnceMs
  const isCut = isAtOnce && heldCommands(app).some(({ args }) => args.includes(channelOfFirst))
  const from = app.wire.at(-1)?.seq ?? 0
  await app.proxy.disable()
  hold.open()
  second.close()
  await settle(testBed, app)
  await app.proxy.enable()
  await app.poll(againWithinMs, () =>
    commands(app).find((one) => isSubscribe(one) && one.seq > from && one.reply !== undefined),
  )
  testBed.beginPart()
  for (const { user, push } of pushes) {
    if (user === 'user-3' || isCut) await expectNoSubscriber(testBed, app, user, push)
  }
}

// The same message again. Redis returns to how many subscribers it has sent it.
async function expectNoSubscriber(
  testBed: TestBed,
  app: AppUnderTest,
  user: string,
  push: ReturnType<AppUnderTest['receivedMessages']>[number] | undefined,
): Promise<void> {
  const [channel = '', message = ''] = push?.args.slice(-2) ?? []
  const publish = push?.name === 'smessage' ? 'SPUBLISH' : 'PUBLISH'
  let receivers = await testBed.redisCommand(publish, channel, message)
  for (let tries = 1; tries < mostTries && receivers !== '0'; tries++) {
    await app.poll(tryMs, () => undefined)
    receivers = await testBed.redisCommand(publish, channel, message)
  }
  failUnless(receivers === '0', {
    kind: 'subscription-kept',
    expectation: 'left-alone',
    app: app.name,
    channel,
    instead: undefined,
    when: `, more than 5 seconds after an outage before or during which ${user}'s only device left it`,
  })
}
