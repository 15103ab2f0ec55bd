import { diagnoses } from './03-publish-subscribe/diagnoses.ts'
import {
  publishTo,
  expectHandledOnce,
  startAnnounced,
  started,
} from './shared/announcements.ts'
import {
  connectionsOf,
  expectNoNewConnections,
  expectReconnects,
} from './shared/connections.ts'
import {
  probeReaction,
  probeRepeat,
  probeSlowHandshake,
  probeSubscriberCut,
} from './shared/diagnostic-probes.ts'
import {
  commandRef,
  defineCheck,
  failUnless,
  linesFor,
  withProbe,
} from '../workshop/check/suite.ts'

defineCheck('03-publish-subscribe', { diagnoses }, (goal) => {
  goal('uses two connections: the one that subscribes never publishes', async (testBed) => {
    const web1 = await testBed.start('web.1')
    await withProbe(
      testBed,
      () => web1.waitForPublish('instances', started('web.1')),
      () => probeReaction(testBed, web1),
    )
    const { connection } = await web1.waitForSubscription('instances')
    failUnless(!web1.sentCommands('PUBLISH').some((sent) => sent.connection === connection), {
      kind: 'connection-shared',
      app: 'web.1',
      connection,
      commands: ['SUBSCRIBE', 'PUBLISH'],
    })
  })

  goal(
    'publishes `{"instance":DYNO,"event":"started"}` on `instances` only after its own subscription is confirmed',
    async (testBed) => {
      // A slow Redis makes a race certain: the subscription is confirmed late, also for a program
      // that guesses half a second. The other goals need that time anyway.
      const web1 = await testBed.start('web.1', { holdCommands: subscribes, holdMs: 600 })
      const publish = await web1.waitForPublish('instances', started('web.1'))
      const subscribe = await web1.waitForSubscription('instances')
      await withProbe(
        testBed,
        () =>
          failUnless(publish.seq > (subscribe.replySeq ?? Infinity), {
            kind: 'command-out-of-order',
            app: 'web.1',
            first: commandRef(subscribe),
            second: commandRef(publish),
          }),
        () => probeSlowHandshake(testBed, subscribe.connection),
      )
    },
  )

  goal('prints `web.1 started` when its own message comes back', async (testBed) => {
    const web1 = await startAnnounced(testBed, 'web.1')
    await withProbe(
      testBed,
      () => web1.waitForOutput('web.1 started'),
      () => probeReaction(testBed, web1),
    )
    await withProbe(
      testBed,
      () => expectHandledOnce(testBed, web1),
      () => probeRepeat(testBed, web1),
    )
    const text = 'web.1 started'
    const printed = () => linesFor(web1.instance.lines, text)
    const before = printed().length
    const seen = printed().filter((line) => line.text.trim() === text).length
    const when = 'as that message was sent once'
    failUnless(seen < 2, {
      kind: 'output-repeated',
      app: 'web.1',
      text,
      expected: 1,
      seen,
      when,
    })
    await publishTo(testBed, web1, JSON.stringify(started('web.1')))
    const missing = {
      kind: 'output-missing',
      app: 'web.1',
      text,
      times: before + 1,
      when: 'as the check has sent that message once more',
    } as const
    await withProbe(
      testBed,
      () =>
        web1.waitUntil(
          () => ({ ...missing, seen: printed().length }),
          () => printed()[before],
          { shortenWhen: () => web1.receivedMessages('web.1', 'started').length > 1 },
        ),
      () => probeRepeat(testBed, web1),
    )
  })

  goal(
    'prints `web.2 started` when another instance starts, and nothing for those that started earlier',
    async (testBed) => {
      const web1 = await startAnnounced(testBed, 'web.1')
      const web2 = await startAnnounced(testBed, 'web.2')
      await Promise.all([
        web1.waitForOutput('web.2 started'),
        web2.waitForOutput('web.2 started'),
      ])
      // If web.1 answered that, the answer reached web.2 before what web.2 receives now.
      await expectHandledOnce(testBed, web1)
      await expectHandledOnce(testBed, web2)
      const [line] = web2.outputLines('web.1 started')
      failUnless(!line, {
        kind: 'output-unexpected',
        app: 'web.2',
        text: 'web.1 started',
        line: line?.text ?? '',
        when: 'as web.1 had started before it',
      })
    },
  )

  goal(
    'both connections survive being cut, every message is still handled once, and `started` is not published again',
    async (testBed) => {
      const web1 = await startAnnounced(testBed, 'web.1')
      await expectNoNewConnections(testBed, web1)
      const { subscriber, others } = connectionsOf(web1)
      for (const connection of others) {
        await withProbe(
          testBed,
          () => expectReconnects(testBed, web1, connection),
          () => probeSubscriberCut(testBed),
        )
      }
      await expectReconnects(testBed, web1, subscriber)
      const seen = web1.publishedMessages('instances', started('web.1')).length
      failUnless(seen === 1, {
        kind: 'command-repeated',
        app: 'web.1',
        command: 'PUBLISH',
        channel: 'instances',
        fields: started('web.1'),
        expected: 1,
        seen,
        when: 'as it started once, and only its connections were cut',
      })
    },
  )
})

function subscribes({ name }: { name: string }): boolean {
  return /^P?SUBSCRIBE$/.test(name)
}
