import { mistakes, starter } from './04-sigterm/diagnoses.ts'
import { rightAnswers } from './04-sigterm/right-answers.ts'
import { expectTrue, defineCheck, describeExit, withProbe } from '../workshop/check/suite.ts'
import {
  catches,
  probeLateExit,
  stoppedMessages,
  expectStoppedOnce,
  startReady,
  probeSingleSignal,
  sendSignalTwice,
  probeLateMessage,
} from './04-sigterm/helpers.ts'
import { expectHandledOnce, startAnnounced, expectWarning } from './shared/announcements.ts'

defineCheck('04-sigterm', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    'on SIGTERM publishes `{"instance":DYNO,"event":"stopped"}` once, even if the signal arrives twice',
    async (stage) => {
      const web1 = await startReady(stage, 'web.1')
      await withProbe(
        stage,
        () => sendSignalTwice(web1),
        () => probeLateMessage(stage, web1),
      )
      await withProbe(
        stage,
        () => expectStoppedOnce(web1),
        () => probeSingleSignal(stage),
      )
    },
  )

  goal('closes both connections and exits with code 0 within 2 seconds', async (stage) => {
    const web1 = await startReady(stage, 'web.1')
    web1.sendSignal('SIGTERM')
    const exit = await withProbe(
      stage,
      () => web1.waitForExit('web.1 to end within 2 seconds of SIGTERM', 2_000),
      () => probeLateExit(web1),
    )
    // To send oneself the signal again, after the farewell, is the older way to end well.
    const well =
      exit.code === 0 || (exit.signal === 'SIGTERM' && stoppedMessages(web1).length === 1)
    const received = `it ended with ${describeExit(exit)}`
    expectTrue(well, 'web.1 to end with exit code 0', received, 'web.1')
  })

  goal('exits with code 0 within 2 seconds when Redis is down', async (stage) => {
    const web1 = await startReady(stage, 'web.1')
    await web1.proxy.disable()
    web1.sendSignal('SIGTERM')
    const exit = await web1.waitForExit(
      'web.1 to end within 2 seconds of SIGTERM when Redis is down',
      2_000,
    )
    const well = exit.code === 0 || (exit.signal === 'SIGTERM' && catches(web1, 'SIGTERM'))
    expectTrue(
      well,
      'web.1 to end with exit code 0 when Redis is down',
      `it ended with ${describeExit(exit)}`,
      'web.1',
    )
  })

  goal('prints `web.2 stopped` when another instance stops', async (stage) => {
    const web1 = await startReady(stage, 'web.1')
    const web2 = await startReady(stage, 'web.2')
    await expectHandledOnce(stage, web2)
    web2.sendSignal('SIGTERM')
    await web1.waitForOutput('web.2 stopped')
    await expectHandledOnce(stage, web1)
    const times = web1.outputLines('web.2 stopped').length
    expectTrue(
      times === 1,
      'web.1 to print "web.2 stopped" once',
      `it printed it ${times} times`,
      'web.1',
    )
  })

  goal(
    'logs a malformed message and continues: one that is not JSON, or has no `instance`, or an `event` other than `started` and `stopped`',
    async (stage) => {
      const web1 = await startAnnounced(stage, 'web.1')
      await expectWarning(stage, web1, 'not json')
      for (const other of ['null', '42', '[]', '"started"'])
        await expectWarning(stage, web1, other)
      await expectWarning(stage, web1, '{}')
      await expectWarning(stage, web1, '{"instance":"web.9"}')
      await expectWarning(stage, web1, '{"event":"started"}')
      await expectWarning(stage, web1, '{"instance":"web.9","event":"paused"}')
    },
  )

  goal('prints `web.2 started` when another instance starts, as before', async (stage) => {
    const web1 = await startAnnounced(stage, 'web.1')
    await startAnnounced(stage, 'web.2')
    await web1.waitForOutput('web.2 started')
  })
})
