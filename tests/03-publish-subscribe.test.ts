import { mistakes, starter } from './03-publish-subscribe/diagnoses.ts'
import { rightAnswers } from './03-publish-subscribe/right-answers.ts'
import {
  publishTo,
  connectionsOf,
  probeSubscriberCut,
  expectTrue,
  defineCheck,
  probeSlowHandshake,
  expectHandledOnce,
  expectNoNewConnections,
  withProbe,
  probeReaction,
  startAnnounced,
  probeRepeat,
  started,
  expectReconnects,
} from '../workshop/check/suite.ts'

defineCheck('03-publish-subscribe', { mistakes, starter, rightAnswers }, (goal) => {
  goal('uses two connections: the one that subscribes never publishes', async (stage) => {
    const web1 = await stage.start('web.1')
    await withProbe(
      stage,
      () => web1.waitForPublish('instances', started('web.1')),
      () => probeReaction(stage, web1),
    )
    const { connection } = await web1.waitForSubscription('instances')
    expectTrue(
      !web1.sentCommands('PUBLISH').some((publish) => publish.connection === connection),
      'one connection that subscribes, and another that publishes',
      `both on connection ${connection}`,
      'web.1',
    )
  })

  goal(
    'publishes `{"instance":DYNO,"event":"started"}` on `instances` only after its own subscription is confirmed',
    async (stage) => {
      // A slow Redis makes a race certain: the subscription is confirmed late.
      const web1 = await stage.start('web.1', { holdCommands: subscribes })
      const publish = await web1.waitForPublish('instances', started('web.1'))
      const subscribe = await web1.waitForSubscription('instances')
      await withProbe(
        stage,
        () =>
          expectTrue(
            publish.seq > (subscribe.replySeq ?? Infinity),
            'first the confirmed subscription, then the first PUBLISH',
            'PUBLISH left before Redis had confirmed the subscription',
            'web.1',
          ),
        () => probeSlowHandshake(stage, subscribe.connection),
      )
    },
  )

  goal('prints `web.1 started` when its own message comes back', async (stage) => {
    const web1 = await startAnnounced(stage, 'web.1')
    await withProbe(
      stage,
      () => web1.waitForOutput('web.1 started'),
      () => probeReaction(stage, web1),
    )
    await withProbe(
      stage,
      () => expectHandledOnce(stage, web1),
      () => probeRepeat(stage, web1),
    )
    const lines = web1.outputLines('web.1 started')
    expectTrue(
      lines.filter(({ text }) => text.trim() === 'web.1 started').length < 2,
      'web.1 to print "web.1 started" once, as that message was sent once',
      `it printed it ${lines.length} times`,
      'web.1',
    )
    await publishTo(stage, web1, JSON.stringify(started('web.1')))
    await withProbe(
      stage,
      () => web1.waitForOutput('web.1 started', lines.length + 1),
      () => probeRepeat(stage, web1),
    )
  })

  goal(
    'prints `web.2 started` when another instance starts, and nothing for those that started earlier',
    async (stage) => {
      const web1 = await startAnnounced(stage, 'web.1')
      const web2 = await startAnnounced(stage, 'web.2')
      await Promise.all([
        web1.waitForOutput('web.2 started'),
        web2.waitForOutput('web.2 started'),
      ])
      // Whatever web.1 said to that has arrived before what web.2 hears now.
      await expectHandledOnce(stage, web1)
      await expectHandledOnce(stage, web2)
      expectTrue(
        web2.outputLines('web.1 started').length === 0,
        'no "web.1 started" from web.2, which was not there yet',
        'web.2 printed it',
        'web.2',
      )
    },
  )

  goal(
    'both connections survive being cut, and every message is still handled once',
    async (stage) => {
      const web1 = await startAnnounced(stage, 'web.1')
      await expectNoNewConnections(stage, web1)
      const { listener, others } = connectionsOf(web1)
      for (const connection of others) {
        await withProbe(
          stage,
          () => expectReconnects(stage, web1, connection),
          () => probeSubscriberCut(stage),
        )
      }
      await expectReconnects(stage, web1, listener)
    },
  )
})

function subscribes({ name }: { name: string }): boolean {
  return /^P?SUBSCRIBE$/.test(name)
}
