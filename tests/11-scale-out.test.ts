import { diagnoses } from './11-scale-out/diagnoses.ts'
import { expectFewRoundTrips } from './11-scale-out/helpers/crowd.ts'
import {
  type Route,
  expectCrossedOnly,
  expectReaches,
  expectNotReached,
} from './11-scale-out/helpers/crossing.ts'
import {
  expectBackAfterOutage,
  expectMissedBeforeLive,
  expectMissesNothing,
  expectNotifiedWhenSubscribed,
} from './11-scale-out/helpers/online.ts'
import {
  expectBackWhileSubscribing,
  expectBackWhileUnsubscribing,
  expectLeftAgain,
  expectLeftWhileSubscribing,
  expectOneOfTwoLeft,
} from './11-scale-out/helpers/races.ts'
import { expectInOrder } from './shared/chat-messages.ts'
import { startChat } from './shared/chat.ts'
import { type TestBed, defineCheck } from '../workshop/check/suite.ts'
import { goOnline } from './shared/chat-online.ts'

const instances = 8

defineCheck('11-scale-out', { diagnoses }, (goal) => {
  goal(
    'with 8 instances, Redis sends a message to those that hold a device of its sender or its receiver, and to no other',
    async (testBed) => {
      const names = Array.from({ length: instances }, (_, i) => `web.${i + 1}`)
      const apps = await Promise.all(names.map((name) => startChat(testBed, name)))
      const [web1, web2, ...others] = apps
      if (!web1 || !web2) return
      const ada = await goOnline(testBed, web1, 'ada')
      const grace = await goOnline(testBed, web2, 'grace')
      const first = 'from ada to grace'
      await expectReaches(ada, 'grace', [ada, grace], first, 'across')
      // What comes to the others later shows that nothing came before.
      const linuses = []
      for (const app of others) linuses.push(await goOnline(testBed, app, 'linus'))
      const second = 'from ada to linus'
      await expectReaches(ada, 'linus', linuses, second, 'across')
      expectCrossedOnly(testBed, first, [web1, web2])
      for (const device of [ada, grace]) {
        await expectReaches(ada, 'grace', [device], `to ${device.name}`, 'across')
      }
      expectInOrder(grace, 'ada', [first, `to ${ada.name}`, `to ${grace.name}`])
      expectCrossedOnly(testBed, second, [web1, ...others])
    },
  )

  goal(
    'an instance subscribes to a user when the first device of that user connects, and unsubscribes within 5 seconds after the last one has left',
    async (testBed) => {
      const route = await openRoute(testBed)
      const { app, sender } = route
      await expectNotReached(route, 'ada', {
        state: 'has not connected yet',
        expectation: 'not-here-yet',
        when: 'before she has a device there',
      })
      const phone = await goOnline(testBed, app, 'ada')
      const laptop = await goOnline(testBed, app, 'ada', 'laptop')
      await expectReaches(sender, 'ada', [phone, laptop], 'to both', 'first')
      phone.close()
      // What the instance does when one of two devices leaves it has done by then.
      await goOnline(testBed, app, 'user-1')
      await expectReaches(sender, 'ada', [laptop], 'to the laptop', 'one-left')
      await expectReaches(sender, 'ada', [laptop], 'once more', 'one-left')
      expectInOrder(laptop, 'grace', ['to both', 'to the laptop', 'once more'])
      laptop.close()
      await expectNotReached(route, 'ada', {
        when: 'more than 5 seconds after her last device has left',
      })
      const tablet = await goOnline(testBed, app, 'ada', 'tablet')
      await expectReaches(sender, 'ada', [tablet], 'to the tablet', 'back')
    },
  )

  goal(
    'a device receives `caughtUp` when Redis has confirmed the subscription of its user, and misses nothing of what is sent meanwhile',
    async (testBed) => {
      const route = await openRoute(testBed)
      await expectNotifiedWhenSubscribed(route, 'user-1')
      const phone = await expectMissesNothing(route)
      await expectMissedBeforeLive(route, phone)
    },
  )

  goal(
    'devices that connect and leave in quick succession, in any order, leave the right subscription',
    async (testBed) => {
      const route = await openRoute(testBed)
      await expectBackWhileUnsubscribing(route, 'user-1')
      await expectLeftWhileSubscribing(route, 'user-2')
      await expectBackWhileSubscribing(route, 'user-3')
      await expectOneOfTwoLeft(route, 'user-4')
      await expectLeftAgain(route, 'user-5')
    },
  )

  goal(
    'after Redis was offline each device receives `caughtUp` again when its user is subscribed again, and gets what was sent meanwhile; users whose last device leaves during or after the outage are unsubscribed',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const grace = await goOnline(testBed, web2, 'grace')
      await expectBackAfterOutage(testBed, web1, grace)
    },
  )

  goal(
    '200 users who connect at once are subscribed in at most 50 round trips, over the connections that are there',
    async (testBed) => {
      const web1 = await startChat(testBed, 'web.1')
      await expectFewRoundTrips(testBed, web1)
    },
  )
})

async function startTwo(testBed: TestBed) {
  const [web1, web2] = await Promise.all([
    startChat(testBed, 'web.1'),
    startChat(testBed, 'web.2'),
  ])
  return [web1, web2] as const
}

// grace writes from web.2; linus at web.1 shows what has come there.
async function openRoute(testBed: TestBed): Promise<Route> {
  const [app, web2] = await startTwo(testBed)
  const sender = await goOnline(testBed, web2, 'grace')
  const observer = await goOnline(testBed, app, 'linus')
  return { testBed, app, sender, observer, observerUser: 'linus' }
}
