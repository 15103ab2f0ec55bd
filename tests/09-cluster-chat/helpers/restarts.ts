import {
  type AppUnderTest,
  type TestBed,
  failUnless,
  sendSignal,
  type CpuReading,
  cpuClock,
} from '../../../workshop/check/suite.ts'
import { workerPids } from './cluster.ts'

// So many restarts may follow a crash at once.
const allowed = 10
// Less than this between a crash and the next start is no pause. It is measured on the clock that
// stands still while programs wait for a processor.
const atOnceMs = 60
// For so long no cluster worker was started: the pauses are long enough.
const calmMs = 700
const withinMs = 8_000

/** A cluster worker that crashes whenever it starts is not restarted again and again at once. */
export async function expectPausesBetweenRestarts(
  testBed: TestBed,
  primary: AppUnderTest,
): Promise<void> {
  const known = new Set(workerPids(primary).slice(1))
  let atOnce = 0
  let lastCrash: CpuReading | undefined
  const sinceCrash = () =>
    lastCrash ? cpuClock.since(lastCrash, { exact: true }).countedMs : Infinity
  const crash = () => {
    const fresh = workerPids(primary).find((pid) => !known.has(pid))
    if (fresh === undefined) return
    known.add(fresh)
    if (sinceCrash() < atOnceMs) atOnce++
    sendSignal(fresh, 'SIGKILL')
    lastCrash = cpuClock.now()
  }
  await testBed.poll(
    () => {
      crash()
      const isCalm = lastCrash !== undefined && cpuClock.since(lastCrash).countedMs > calmMs
      return atOnce > allowed || isCalm || primary.instance.exit || undefined
    },
    { withinMs },
  )
  failUnless(atOnce <= allowed, { kind: 'restart-storm', app: primary.name, restarts: atOnce })
}
