import { diagnoses } from './04-sigterm/diagnoses.ts'
import {
  expectAnyAnnouncement,
  expectExit,
  expectStoppedOnce,
  expectWarning,
  probeLateExit,
  probeLateMessage,
  probeSingleSignal,
  probeSlowReply,
  sendSignalTwice,
  startReady,
} from './04-sigterm/helpers.ts'
import { expectHandledOnce, startAnnounced } from './shared/announcements.ts'
import { defineCheck, failUnless, linesFor, withProbe } from '../workshop/check/suite.ts'

defineCheck('04-sigterm', { diagnoses }, (goal) => {
  goal(
    'on SIGTERM publishes `{"instance":DYNO,"event":"stopped"}` once, even if the signal arrives twice',
    async (testBed) => {
      const web1 = await startReady(testBed, 'web.1')
      await withProbe(
        testBed,
        () => sendSignalTwice(web1),
        () => probeLateMessage(testBed, web1),
      )
      await withProbe(
        testBed,
        () => expectStoppedOnce(web1),
        async () => {
          await probeSingleSignal(testBed)
          await probeSlowReply(testBed)
        },
      )
    },
  )

  goal('closes both connections and exits with code 0 within 2 seconds', async (testBed) => {
    const web1 = await startReady(testBed, 'web.1')
    web1.sendSignal('SIGTERM')
    await withProbe(
      testBed,
      () => expectExit(web1, { when: 'after SIGTERM' }),
      () => probeLateExit(web1),
    )
  })

  goal('exits with code 0 within 2 seconds when Redis is down', async (testBed) => {
    // It has run for longer than web.1 at the end, and no signal is sent to it: it still runs then.
    await startReady(testBed, 'web.2')
    const web1 = await startReady(testBed, 'web.1')
    const { connectAttempts } = web1.instance
    const before = connectAttempts.length
    await web1.proxy.disable()
    // A program that has not noticed yet can be lucky: what it publishes then fails at once.
    await web1.poll(1_000, () => connectAttempts.length > before || undefined)
    web1.sendSignal('SIGTERM')
    await expectExit(web1, {
      expectation: 'redis-down',
      when: 'after SIGTERM, while Redis is down',
    })
  })

  goal('prints `web.2 stopped` when another instance stops', async (testBed) => {
    const web1 = await startReady(testBed, 'web.1')
    const web2 = await startReady(testBed, 'web.2')
    await expectHandledOnce(testBed, web2)
    web2.sendSignal('SIGTERM')
    const text = 'web.2 stopped'
    await web1.waitForOutput(text, 1, { when: 'after web.2 has published it' })
    await expectHandledOnce(testBed, web1)
    const seen = linesFor(web1.instance.lines, text).length
    failUnless(seen === 1, {
      kind: 'output-repeated',
      app: 'web.1',
      text,
      expected: 1,
      seen,
      when: 'as that message was sent once',
    })
  })

  goal(
    'logs a malformed message and continues: one that is not JSON, or has no `instance`, or an `event` other than `started` and `stopped`',
    async (testBed) => {
      const web1 = await startAnnounced(testBed, 'web.1')
      for (const text of ['not json', '{"instance":"web.9","event":'])
        await expectWarning(testBed, web1, text)
      for (const other of ['null', '42', '[]', '"started"'])
        await expectWarning(testBed, web1, other)
      await expectWarning(testBed, web1, '{}')
      await expectWarning(testBed, web1, '{"instance":"web.9"}')
      await expectWarning(testBed, web1, '{"event":"started"}')
      for (const event of ['paused', 'restarted'])
        await expectWarning(testBed, web1, `{"instance":"web.9","event":"${event}"}`)
    },
  )

  goal('prints `web.2 started` when another instance starts, as before', async (testBed) => {
    const web1 = await startAnnounced(testBed, 'web.1')
    await startAnnounced(testBed, 'web.2')
    await web1.waitForOutput('web.2 started')
    await expectAnyAnnouncement(testBed, web1)
  })
})
