import { mistakes, starter } from './mistakes/03-publish-subscribe.ts'
import { rightAnswers } from './right-answers/03-publish-subscribe.ts'
import { expectThat, gate, hearsOnce, ready, started } from './support/index.ts'

gate('03-publish-subscribe', { mistakes, starter, rightAnswers }, (goal) => {
  goal('uses two connections: the one that subscribes never publishes', async (stage) => {
    const web1 = await stage.start('web.1')
    const publish = await web1.published('instances', started('web.1'))
    const subscribe = await web1.subscribed('instances')
    expectThat(
      publish.connection !== subscribe.connection,
      'one connection that subscribes, and another that publishes',
      `both on connection ${publish.connection}`,
    )
  })

  goal(
    'publishes `{"instance":DYNO,"event":"started"}` on `instances` only after its own subscription is confirmed',
    async (stage) => {
      // A slow Redis makes a race certain: the subscription is confirmed late.
      const web1 = await stage.start('web.1', { holdBack: /^P?SUBSCRIBE$/ })
      const publish = await web1.published('instances', started('web.1'))
      const subscribe = await web1.subscribed('instances')
      expectThat(
        publish.seq > (subscribe.replySeq ?? Infinity),
        'first the confirmed subscription, then the first PUBLISH',
        'PUBLISH left before Redis had confirmed the subscription',
      )
    },
  )

  goal('prints `web.1 started` when its own message comes back', async (stage) => {
    const web1 = await ready(stage, 'web.1')
    await web1.prints('web.1 started')
    await hearsOnce(stage, web1)
  })

  goal(
    'prints `web.2 started` when another instance starts, and nothing for those that started earlier',
    async (stage) => {
      const web1 = await ready(stage, 'web.1')
      const web2 = await ready(stage, 'web.2')
      await Promise.all([web1.prints('web.2 started'), web2.prints('web.2 started')])
      await hearsOnce(stage, web2)
      expectThat(
        web2.printed('web.1 started').length === 0,
        'no "web.1 started" from web.2, which was not there yet',
        'web.2 printed it',
      )
    },
  )

  goal(
    'both connections survive being cut, and every message is still handled once',
    async (stage) => {
      const web1 = await ready(stage, 'web.1')
      for (const connection of web1.tap.openConnections()) {
        const many = web1.tap.openConnections().length
        const mark = stage.recording.mark()
        web1.tap.cut(connection)
        await web1.until('web.1 to open the connection that was cut again', () =>
          web1.wire.find(({ kind, seq }) => kind === 'open' && seq >= mark),
        )
        await web1.until(`${many} connections, as before the cut`, () =>
          web1.tap.openConnections().length >= many ? true : undefined,
        )
        await web1.listens('instances')
        await hearsOnce(stage, web1)
      }
    },
  )
})
