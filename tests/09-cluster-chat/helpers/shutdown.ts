import {
  type AppUnderTest,
  type TestBed,
  exitGraceMs,
  failUnless,
  groupMembers,
  sendSignal,
} from '../../../workshop/check/suite.ts'
import {
  announcementFact,
  expectWorkerCount,
  pollProcesses,
  workerCount,
  workerPids,
} from './cluster.ts'

const shutdownMs = 2_000
// How long a worker is held up when all others have ended: longer than a primary may wait before it
// kills the worker, or ends and leaves it behind.
const heldMs = shutdownMs
// How much longer than the others a worker takes at SIGTERM: much less than any primary waits.
const slowMs = 200

/** A signal that asks a cluster to shut down. */
type Stop = 'SIGTERM' | 'Ctrl+C'

/** SIGTERM for the primary alone, as a PaaS sends it. */
export async function expectSigtermShutdown(
  testBed: TestBed,
  primary: AppUnderTest,
): Promise<void> {
  // Programs may treat workers that have served for a while in another way.
  await primary.poll(1_100, () => primary.instance.exit)
  if (!primary.instance.exit) await expectWorkerCount(testBed, primary, 'replaced')
  const before = new Set(workerPids(primary))
  testBed.beginPart() // What was printed about the worker that crashed is right.
  const sigterm = await sendSigterm(primary)
  const exit = await expectShutdown(testBed, primary, before, 'SIGTERM')
  expectNoProcessesLeft(primary, sigterm.at)
  const least = sigterm.wasLong ? workerCount - 1 : workerCount
  expectAllStopped(primary, 'SIGTERM', { least, meanwhile: sigterm.meanwhile })
  expectExitCode(primary, exit, 'SIGTERM')
}

/** When SIGTERM was sent, and what had become of the workers while one of them was stopped. */
interface Sigterm {
  at: number
  /** It was stopped for so long that a primary may have killed it, as the machine was busy. */
  wasLong: boolean
  /** Only SIGKILL ends a stopped process. */
  meanwhile: 'killed' | 'running' | undefined
}

// One worker is slow.
async function sendSigterm(primary: AppUnderTest): Promise<Sigterm> {
  const workers = workerPids(primary)
  const [slow = 0] = workers
  const meanwhile = () => {
    const running = groupMembers(primary.instance.pid)
    if (!running.includes(slow)) return 'killed'
    return workers.every((pid) => running.includes(pid)) ? 'running' : undefined
  }
  sendSignal(slow, 'SIGSTOP')
  const at = performance.now()
  try {
    primary.sendSignal('SIGTERM')
    await primary.poll(slowMs, () => primary.instance.exit)
    return { at, wasLong: performance.now() - at > 2 * slowMs, meanwhile: meanwhile() }
  } finally {
    sendSignal(slow, 'SIGCONT')
  }
}

/** Ctrl+C: SIGINT for every process of the group. */
export async function expectSigintShutdown(
  testBed: TestBed,
  primary: AppUnderTest,
): Promise<void> {
  const before = new Set(workerPids(primary))
  const at = performance.now()
  primary.sendSignal('SIGINT', 'group')
  const exit = await expectShutdown(testBed, primary, before, 'Ctrl+C')
  expectNoProcessesLeft(primary, at, 'Ctrl+C')
  expectAllStopped(primary, 'Ctrl+C')
  expectExitCode(primary, exit, 'Ctrl+C')
}

/** The primary waits for a cluster worker that is held up, or kills it, before it ends. */
export async function expectPrimaryEndsLast(
  testBed: TestBed,
  primary: AppUnderTest,
): Promise<void> {
  const [held = 0] = workerPids(primary)
  const before = new Set(workerPids(primary))
  const { pid } = primary.instance
  const running = () => groupMembers(pid)
  sendSignal(held, 'SIGSTOP')
  const at = performance.now()
  try {
    primary.sendSignal('SIGTERM')
    const isAlone = () => running().every((one) => one === held || one === pid)
    await pollProcesses(testBed, primary, shutdownMs, isAlone)
    const isOver = () => [held, pid].some((one) => !running().includes(one))
    await pollProcesses(testBed, primary, heldMs, isOver)
    if (!running().includes(pid))
      await testBed.poll(() => primary.instance.exit, { withinMs: shutdownMs })
    // What the runner has found beside it when it ended.
    expectNoProcessesLeft(primary, at)
  } finally {
    sendSignal(held, 'SIGCONT')
  }
  await expectShutdown(testBed, primary, before, 'SIGTERM')
  expectNoProcessesLeft(primary, at)
}

// Whether a new process is there shows in the process list: on a busy machine it may not have
// announced itself yet.
async function expectShutdown(
  testBed: TestBed,
  primary: AppUnderTest,
  before: ReadonlySet<number>,
  stop: Stop,
) {
  const fresh = new Set<number>()
  const exit = await testBed.poll(
    () => {
      for (const pid of workerPids(primary)) if (!before.has(pid)) fresh.add(pid)
      return primary.instance.exit
    },
    { withinMs: shutdownMs + exitGraceMs },
  )
  const app = primary.name
  const started = fresh.size
  failUnless(exit !== undefined, {
    kind: 'exit-missing',
    app,
    withinMs: shutdownMs,
    started,
    when: `after ${stop}`,
  })
  failUnless(started === 0, {
    kind: 'process-count',
    expectation: 'shutdown',
    app,
    expected: 0,
    seen: started,
    when: `that it has started after ${stop}`,
  })
  return exit
}

function expectAllStopped(
  primary: AppUnderTest,
  stop: Stop,
  { least = workerCount, meanwhile }: { least?: number; meanwhile?: Sigterm['meanwhile'] } = {},
): void {
  const fact = announcementFact(primary, 'stopped', stop)
  const { length } = fact.instances
  const isRight = length >= least && length <= workerCount
  failUnless(isRight, { ...fact, when: `after ${stop}`, ...(meanwhile && { meanwhile }) })
}

// A shell reports 128 plus the number of the signal, and some programs end with that code, too.
const exitCodes: Record<Stop, { signal: NodeJS.Signals; codes: readonly number[] }> = {
  SIGTERM: { signal: 'SIGTERM', codes: [0] },
  'Ctrl+C': { signal: 'SIGINT', codes: [0, 130] },
}

function expectExitCode(
  { name }: AppUnderTest,
  { code, signal }: { code: number | null; signal: NodeJS.Signals | null },
  stop: Stop,
): void {
  const right = exitCodes[stop]
  failUnless(signal === right.signal || right.codes.includes(code ?? -1), {
    kind: 'exit-wrong',
    app: name,
    expected: 0,
    code,
    signal,
    when: `after ${stop}`,
  })
}

function expectNoProcessesLeft(
  { instance, name: app }: AppUnderTest,
  signaledAt: number,
  stop: Stop = 'SIGTERM',
): void {
  const { orphans, at } = instance.exit ?? { orphans: [], at: signaledAt }
  const fact = { kind: 'survivors', expectation: 'ends-last', app } as const
  const afterMs = Math.round(at - signaledAt)
  const count = orphans.length
  failUnless(count === 0, { ...fact, count, afterMs, when: `after ${stop}` })
}
