import { mistakes, starter } from './mistakes/09-cluster-chat.ts'
import { rightAnswers } from './right-answers/09-cluster-chat.ts'
import {
  cluster,
  devices,
  has,
  onlyWorkersStarted,
  pausesBetweenCrashes,
  reaches,
  replaces,
} from './support/cluster.ts'
import { endsByCtrlC, endsBySigterm } from './support/cluster-ending.ts'
import { gate } from './support/index.ts'

gate('09-cluster-chat', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    'four cluster workers start, and each announces `{"instance":…,"event":"started"}` on `instances`; the primary does none of their work',
    async (stage) => {
      const primary = await cluster(stage)
      const [ada, other] = await devices(stage, primary, 'ada', 2)
      if (ada && other) await reaches(ada, 'hello', ['ada', 'grace'], [ada, other])
      // By now the primary, too, would have announced itself.
      onlyWorkersStarted(primary)
      await has(primary, 4)
    },
  )

  goal('every device gets one copy, whichever cluster worker it is on', async (stage) => {
    const primary = await cluster(stage)
    const adas = await devices(stage, primary, 'ada', 4)
    const graces = await devices(stage, primary, 'grace', 4)
    const all = [...adas, ...graces]
    const checks = []
    for (const [i, sender] of adas.entries()) {
      checks.push(await reaches(sender, `from device ${i + 1}`, ['ada', 'grace'], all))
    }
    const [last] = graces
    if (last) await reaches(last, 'the last one', ['grace', 'ada'], all)
    // What comes twice has come before a later message.
    for (const onceEach of checks) onceEach()
  })

  goal(
    'a cluster worker that crashes is replaced, and its devices come back',
    async (stage) => {
      const primary = await cluster(stage)
      const all = await devices(stage, primary, 'ada', 4)
      await replaces(primary)
      for (const device of all) await device.returns()
      const [first] = all
      if (first) await reaches(first, 'all are back', ['ada', 'grace'], all)
    },
  )

  goal('one that crashes again and again is not started without a pause', async (stage) => {
    await pausesBetweenCrashes(await cluster(stage))
  })

  goal(
    'SIGTERM for the primary ends all within 2 seconds, with exit code 0, and each cluster worker announces `stopped`',
    async (stage) => {
      const primary = await cluster(stage)
      await devices(stage, primary, 'ada', 4)
      await endsBySigterm(primary)
    },
  )

  goal('Ctrl+C, which reaches every process, does the same', async (stage) => {
    await endsByCtrlC(await cluster(stage))
  })
})
