import { diagnoses } from './09-cluster-chat/diagnoses.ts'
import {
  connectDevices,
  expectOnlyWorkersAnnounced,
  expectReplacesKilledWorker,
  expectTakesPort,
  expectWorkerCount,
  hasLsof,
  startCluster,
  workerPids,
} from './09-cluster-chat/helpers/cluster.ts'
import { expectPausesBetweenRestarts } from './09-cluster-chat/helpers/restarts.ts'
import { connectToTwoWorkers } from './09-cluster-chat/helpers/sharing.ts'
import {
  expectPrimaryEndsLast,
  expectSigintShutdown,
  expectSigtermShutdown,
} from './09-cluster-chat/helpers/shutdown.ts'
import { startWithSlowLookup } from './09-cluster-chat/helpers/slow-lookup.ts'
import { connectDevice } from './shared/chat.ts'
import { expectDelivered, expectOneCopyEach } from './shared/chat-delivery.ts'
import { defineCheck } from '../workshop/check/suite.ts'

const toGrace = { from: 'ada', to: 'grace' }

defineCheck('09-cluster-chat', { diagnoses }, (goal) => {
  goal(
    'four cluster workers start, and each announces `{"instance":…,"event":"started"}` on `instances` under a name of its own; the primary does none of their work',
    async (testBed) => {
      const primary = await startCluster(testBed)
      const all = await connectDevices(testBed, primary, 'ada', 2)
      const hello = { ...toGrace, text: 'hello' }
      for (const sender of all.slice(0, 1)) {
        await expectDelivered(testBed, sender, hello, all, { expectation: 'start' })
      }
      // By now the primary, too, would have announced itself.
      expectOnlyWorkersAnnounced(primary)
      await expectWorkerCount(testBed, primary, 'start')
    },
  )

  goal(
    'an old process that still uses PORT is ended before the workers start',
    async (testBed) => {
      const old = await startWithSlowLookup(testBed)
      // kill-port needs lsof: without it this cannot be tested.
      const primary = hasLsof() ? await expectTakesPort(testBed, old) : old
      const device = await connectDevice(testBed, primary, 'ada')
      const hello = { ...toGrace, text: 'hello' }
      await expectDelivered(testBed, device, hello, [device], { expectation: 'start' })
    },
  )

  goal(
    'more than one cluster worker serves PORT, and every device gets one copy, whichever it is connected to',
    async (testBed) => {
      const primary = await startCluster(testBed)
      const [near, far] = await connectToTwoWorkers(testBed, primary, 'ada')
      const graces = await connectDevices(testBed, primary, 'grace', 4)
      const all = [near.device, far.device, ...graces]
      const sent = []
      for (const { device } of [near, far]) {
        const message = { ...toGrace, text: `from ${device.name}` }
        await expectDelivered(testBed, device, message, all, { expectation: 'workers' })
        sent.push({ device, message })
      }
      for (const device of graces.slice(0, 1)) {
        const last = { from: 'grace', to: 'ada', text: 'the last one' }
        await expectDelivered(testBed, device, last, all, { expectation: 'workers' })
      }
      // A second copy has come before a later message.
      for (const { device, message } of sent) {
        expectOneCopyEach(testBed, device.name, message, all, 'workers')
      }
    },
  )

  goal(
    'a cluster worker that crashes is replaced by one, under its name or one that no other has, and its devices reconnect',
    async (testBed) => {
      const primary = await startCluster(testBed, { exitOnSignal: true })
      const [near, far] = await connectToTwoWorkers(testBed, primary, 'ada')
      const replacement = await expectReplacesKilledWorker(testBed, primary, far.pid)
      const all = [near.device, far.device]
      for (const device of all) await device.waitForReconnect()
      // When this one is replaced as well, all have been forked that replace the first one.
      await expectReplacesKilledWorker(testBed, primary, replacement, {
        expectation: 'replaced-again',
      })
      // Another of the first four: the two that replace them need two names.
      await expectReplacesKilledWorker(testBed, primary, near.pid, {
        expectation: 'replaced-after-error',
        signal: 'SIGUSR2',
      })
      for (const device of all) await device.waitForReconnect()
      // A device waits for half a second or more before it reconnects: others may have been forked.
      await expectWorkerCount(testBed, primary, 'replaced-again')
      const message = { ...toGrace, text: 'both are back' }
      await expectDelivered(testBed, near.device, message, all, { expectation: 'workers' })
    },
  )

  goal(
    'a cluster worker that keeps crashing is restarted at once ten times at most, and then after pauses',
    async (testBed) => {
      await expectPausesBetweenRestarts(testBed, await startCluster(testBed))
    },
  )

  goal(
    'SIGTERM to the primary ends all processes within 2 seconds with exit code 0, the primary last, and each cluster worker announces `stopped`',
    async (testBed) => {
      const primary = await startCluster(testBed)
      // The one that replaces another shuts down like all others.
      const [crashing = 0] = workerPids(primary)
      await expectReplacesKilledWorker(testBed, primary, crashing)
      await connectDevices(testBed, primary, 'ada', 4)
      await expectSigtermShutdown(testBed, primary)
    },
  )

  goal('Ctrl+C, which reaches every process, does the same', async (testBed) => {
    await expectSigintShutdown(testBed, await startCluster(testBed))
  })

  goal(
    'the primary does not end before a cluster worker that takes longer',
    async (testBed) => {
      await expectPrimaryEndsLast(testBed, await startCluster(testBed))
    },
  )
})
