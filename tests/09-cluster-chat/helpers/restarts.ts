import {
  type AppUnderTest,
  type TestBed,
  failUnless,
  sendSignal,
  type CpuReading,
} from '../../../workshop/check/suite.ts'
import { workerPids } from './cluster.ts'

// So many restarts may follow a crash at once.
const allowed = 10
// Less than this between a crash and the next start is no pause: a tenth of a second is one, and a
// timer of the program never ends early, on whatever machine.
const atOnceMs = 95
// So many pauses one after the other are no accident.
const enoughPauses = 5
// For so long no cluster worker was started: the pauses are long enough.
const calmMs = 700
const withinMs = 8_000

/** A cluster worker that crashes whenever it starts is not restarted again and again at once. */
export async function expectPausesBetweenRestarts(
  testBed: TestBed,
  primary: AppUnderTest,
): Promise<void> {
  // To give up after several crashes is right, too: the platform restarts the instance.
  primary.mayEnd = true
  const known = new Set(workerPids(primary).slice(1))
  let atOnce = 0
  let pauses = 0
  let lastCrash: { at: number; reading: CpuReading } | undefined
  const crash = () => {
    const fresh = workerPids(primary).find((pid) => !known.has(pid))
    if (fresh === undefined) return
    known.add(fresh)
    if (lastCrash) {
      if (performance.now() - lastCrash.at < atOnceMs) atOnce++
      const couldRunMs = primary.clock.since(lastCrash.reading).countedMs
      pauses = couldRunMs < atOnceMs ? 0 : pauses + 1
    }
    lastCrash = { at: performance.now(), reading: primary.clock.now() }
    sendSignal(fresh, 'SIGKILL')
  }
  await testBed.poll(
    () => {
      crash()
      const isCalm =
        lastCrash !== undefined && primary.clock.since(lastCrash.reading).countedMs > calmMs
      const isKnown = atOnce > allowed || pauses >= enoughPauses || isCalm
      return isKnown || primary.instance.exit || undefined
    },
    { withinMs },
  )
  const when = ', as the check kills each one at its start'
  const fact = { kind: 'restart-storm', app: primary.name, restarts: atOnce, when } as const
  failUnless(atOnce <= allowed, fact)
}
