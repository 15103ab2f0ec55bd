import { mistakes, starter } from './09-cluster-chat/diagnoses.ts'
import { rightAnswers } from './09-cluster-chat/right-answers.ts'
import {
  startCluster,
  connectDevices,
  expectWorkerCount,
  expectOnlyWorkersAnnounced,
  expectPausesBetweenRestarts,
  expectReachesAll,
  expectReplacesKilledWorker,
} from './09-cluster-chat/helpers/cluster.ts'
import {
  expectSigintShutdown,
  expectSigtermShutdown,
} from './09-cluster-chat/helpers/shutdown.ts'
import { defineCheck } from '../workshop/check/suite.ts'

defineCheck('09-cluster-chat', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    'four cluster workers start, and each announces `{"instance":…,"event":"started"}` on `instances`; the primary does none of their work',
    async (stage) => {
      const primary = await startCluster(stage)
      const [ada, other] = await connectDevices(stage, primary, 'ada', 2)
      if (ada && other) await expectReachesAll(ada, 'hello', ['ada', 'grace'], [ada, other])
      // By now the primary, too, would have announced itself.
      expectOnlyWorkersAnnounced(primary)
      await expectWorkerCount(primary, 4)
    },
  )

  goal('every device gets one copy, whichever cluster worker it is on', async (stage) => {
    const primary = await startCluster(stage)
    const adas = await connectDevices(stage, primary, 'ada', 4)
    const graces = await connectDevices(stage, primary, 'grace', 4)
    const all = [...adas, ...graces]
    const checks = []
    for (const [i, sender] of adas.entries()) {
      checks.push(await expectReachesAll(sender, `from device ${i + 1}`, ['ada', 'grace'], all))
    }
    const [last] = graces
    if (last) await expectReachesAll(last, 'the last one', ['grace', 'ada'], all)
    // What comes twice has come before a later message.
    for (const onceEach of checks) onceEach()
  })

  goal(
    'a cluster worker that crashes is replaced, and its devices reconnect',
    async (stage) => {
      const primary = await startCluster(stage)
      const all = await connectDevices(stage, primary, 'ada', 4)
      await expectReplacesKilledWorker(primary)
      for (const device of all) await device.waitForReconnect()
      const [first] = all
      if (first) await expectReachesAll(first, 'all are back', ['ada', 'grace'], all)
    },
  )

  goal(
    'a cluster worker that keeps crashing is not restarted without a pause',
    async (stage) => {
      await expectPausesBetweenRestarts(await startCluster(stage))
    },
  )

  goal(
    'SIGTERM to the primary ends all processes within 2 seconds with exit code 0, and each cluster worker announces `stopped`',
    async (stage) => {
      const primary = await startCluster(stage)
      await connectDevices(stage, primary, 'ada', 4)
      await expectSigtermShutdown(primary)
    },
  )

  goal('Ctrl+C, which reaches every process, does the same', async (stage) => {
    await expectSigintShutdown(await startCluster(stage))
  })
})
