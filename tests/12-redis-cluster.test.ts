import { diagnoses } from './12-redis-cluster/diagnoses.ts'
import {
  addRedisUser,
  expectAuthenticated,
  startInCluster,
} from './12-redis-cluster/helpers/cluster.ts'
import {
  beginConversation,
  beginToConnect,
  expectNothingMissed,
  findSlot,
} from './12-redis-cluster/helpers/moving.ts'
import {
  expectAcross,
  expectOneShardEach,
  expectPauses,
  expectUnsubscribed,
  watchBus,
} from './12-redis-cluster/helpers/sharding.ts'
import { expectStored, waitForText } from './shared/chat-messages.ts'
import { goOnline } from './shared/chat-online.ts'
import { defineCheck, unusedPort } from '../workshop/check/suite.ts'

defineCheck('12-redis-cluster', { diagnoses }, (goal) => {
  goal(
    'what belongs to a user is stored and published on one primary, that of other users on others, no message is sent to all nodes, and the subscription ends within 5 seconds after the last device of a user has left',
    async (testBed) => {
      const apps = await Promise.all([
        startInCluster(testBed, 'web.1'),
        startInCluster(testBed, 'web.2'),
      ])
      const expectNoBroadcast = await watchBus(testBed)
      await expectOneShardEach(testBed, apps[0])
      await expectAcross(testBed, apps)
      await expectNoBroadcast()
      expectPauses(apps)
      await expectUnsubscribed(testBed, apps[0])
    },
  )

  goal(
    'an instance starts when only one node of `REDIS_URL` is up, and sends the credentials of `REDIS_URL` to every node',
    async (testBed) => {
      // Before the goal that kills a node, which the others would have to wait for.
      const credentials = await addRedisUser(testBed)
      const root = (port: number) => `redis://${credentials}@127.0.0.1:${port}`
      // The package begins with any of them: with so many the first one is dead.
      const dead = Array<string>(20).fill(root(await unusedPort()))
      const live = (url: string) => root(Number(/:(\d+)/.exec(url)?.[1]))
      const last = (url: string) => ({ REDIS_URL: [...dead, live(url)].join() })
      const middle = (url: string) => ({ REDIS_URL: [...dead, live(url), ...dead].join() })
      const apps = await Promise.all([
        startInCluster(testBed, 'web.1', { vars: last }),
        startInCluster(testBed, 'web.2', { vars: middle }),
      ])
      for (const [i, app] of apps.entries()) {
        const user = `user-3${i}`
        const device = await goOnline(testBed, app, user)
        await expectStored(device, { to: user, text: 'it works' })
        await waitForText(device, 'it works')
      }
      testBed.beginPart() // What was printed about dead nodes is right.
      for (const app of apps) expectAuthenticated(app)
    },
  )

  goal(
    'when a slot moves to another primary, no device is disconnected, the subscription returns there, and each acknowledged message arrives once, in order',
    async (testBed) => {
      const conversation = await beginConversation(testBed, { from: 'user-40', to: 'user-41' })
      const { cluster, channel, slot, owner } = await findSlot(conversation)
      await expectNothingMissed(
        conversation,
        channel,
        async () => {
          const other = (await cluster.primaries()).find(({ port }) => port !== owner)
          const to = other?.port ?? 0
          await cluster.moveSlot(slot, to)
          return to
        },
        'meanwhile',
      )
    },
  )

  goal(
    'when a primary is killed, no instance ends, no device is disconnected, the subscription returns on its replica, and each acknowledged message arrives once, in order',
    async (testBed) => {
      await testBed.useCluster({ alone: true })
      const conversation = await beginConversation(testBed, { from: 'user-52', to: 'user-51' })
      const { cluster, channel, slot, owner } = await findSlot(conversation)
      // Not while a message is on its way: it could be acknowledged and not yet be on the replica.
      await cluster.waitUntilReady()
      await testBed.killNode(owner)
      await beginToConnect(conversation)
      await expectNothingMissed(
        conversation,
        channel,
        async () => {
          await cluster.waitUntilServed()
          return (await cluster.ownerOf(slot))?.port ?? 0
        },
        'after-the-kill',
      )
    },
  )
})
