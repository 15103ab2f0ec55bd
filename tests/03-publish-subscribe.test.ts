import { mistakes, starter } from './mistakes/03-publish-subscribe.ts'
import { rightAnswers } from './right-answers/03-publish-subscribe.ts'
import {
  announce,
  connectionsOf,
  cutListener,
  expectThat,
  gate,
  greetLate,
  hearsOnce,
  keepsItsConnections,
  orElse,
  provoke,
  ready,
  repeat,
  started,
  survives,
} from './support/index.ts'

gate('03-publish-subscribe', { mistakes, starter, rightAnswers }, (goal) => {
  goal('uses two connections: the one that subscribes never publishes', async (stage) => {
    const web1 = await stage.start('web.1')
    await orElse(
      stage,
      () => web1.published('instances', started('web.1')),
      () => provoke(stage, web1),
    )
    const { connection } = await web1.subscribed('instances')
    expectThat(
      !web1.sent('PUBLISH').some((publish) => publish.connection === connection),
      'one connection that subscribes, and another that publishes',
      `both on connection ${connection}`,
      'web.1',
    )
  })

  goal(
    'publishes `{"instance":DYNO,"event":"started"}` on `instances` only after its own subscription is confirmed',
    async (stage) => {
      // A slow Redis makes a race certain: the subscription is confirmed late.
      const web1 = await stage.start('web.1', { holdBack: subscribes })
      const publish = await web1.published('instances', started('web.1'))
      const subscribe = await web1.subscribed('instances')
      await orElse(
        stage,
        () =>
          expectThat(
            publish.seq > (subscribe.replySeq ?? Infinity),
            'first the confirmed subscription, then the first PUBLISH',
            'PUBLISH left before Redis had confirmed the subscription',
            'web.1',
          ),
        () => greetLate(stage, subscribe.connection),
      )
    },
  )

  goal('prints `web.1 started` when its own message comes back', async (stage) => {
    const web1 = await ready(stage, 'web.1')
    await orElse(
      stage,
      () => web1.prints('web.1 started'),
      () => provoke(stage, web1),
    )
    await orElse(
      stage,
      () => hearsOnce(stage, web1),
      () => repeat(stage, web1),
    )
    const lines = web1.printed('web.1 started')
    expectThat(
      lines.filter(({ text }) => text.trim() === 'web.1 started').length < 2,
      'web.1 to print "web.1 started" once, as that message was sent once',
      `it printed it ${lines.length} times`,
      'web.1',
    )
    await announce(stage, web1, JSON.stringify(started('web.1')))
    await orElse(
      stage,
      () => web1.prints('web.1 started', lines.length + 1),
      () => repeat(stage, web1),
    )
  })

  goal(
    'prints `web.2 started` when another instance starts, and nothing for those that started earlier',
    async (stage) => {
      const web1 = await ready(stage, 'web.1')
      const web2 = await ready(stage, 'web.2')
      await Promise.all([web1.prints('web.2 started'), web2.prints('web.2 started')])
      // Whatever web.1 said to that has arrived before what web.2 hears now.
      await hearsOnce(stage, web1)
      await hearsOnce(stage, web2)
      expectThat(
        web2.printed('web.1 started').length === 0,
        'no "web.1 started" from web.2, which was not there yet',
        'web.2 printed it',
        'web.2',
      )
    },
  )

  goal(
    'both connections survive being cut, and every message is still handled once',
    async (stage) => {
      const web1 = await ready(stage, 'web.1')
      await keepsItsConnections(stage, web1)
      const { listener, others } = connectionsOf(web1)
      for (const connection of others) {
        await orElse(
          stage,
          () => survives(stage, web1, connection),
          () => cutListener(stage),
        )
      }
      await survives(stage, web1, listener)
    },
  )
})

function subscribes({ name }: { name: string }): boolean {
  return /^P?SUBSCRIBE$/.test(name)
}
