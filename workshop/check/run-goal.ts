import { CompileError } from '../process/index.ts'
import type { Failure } from './check-result.ts'
import { type CpuReading, isSlowed, isStarved } from './cpu-clock.ts'
import { type Suspect, explainFailure } from './explain-failure.ts'
import { type AppEvidence, type Evidence, crashed, wasUp } from './evidence.ts'
import { stderrMatches, uncaughtError } from './evidence-queries.ts'
import { ExpectationFailed, failUnless } from './expectation.ts'
import { type Fact, isAwaitedReply, isConclusive } from './facts.ts'
import { openTodos } from './program-files.ts'
import { TestBed } from './test-bed.ts'
import { TestCluster } from './test-cluster.ts'
import { firstTypeError } from './type-errors.ts'

const settleMs = 300
const maxTries = 3
// A time limit of a program that is shorter would be too short for a Redis in another building.
const shortestLimitMs = 900

/** One goal of a step: a sentence of the lesson, and what proves it. */
export interface Goal {
  name: string
  /** @throws ExpectationFailed when the goal is not reached */
  run(testBed: TestBed): Promise<void>
}

/** Receives what was seen of a goal that was reached, as it was then. */
export type PassedListener = (goal: string, apps: readonly AppEvidence[]) => void

/** What surrounds a goal. */
export interface GoalContext {
  /** Ends the run. */
  signal: AbortSignal
  /** Shared by the goals of a check. */
  cluster: TestCluster
  onPassed?: PassedListener | undefined
}

/** What was seen of a goal that was not reached. */
export interface Seen {
  evidence: Evidence
  /** As it was when the goal failed, without what probes added to it. */
  reported: Evidence
}

/** What became of a goal; nothing when it was reached. */
export interface FailedGoal extends Seen {
  failure: Failure
  /** How its programs fared until it failed. */
  spent: CpuReading
  /** Whether it would have failed on a machine with nothing else to do. */
  isProven: boolean
}

/**
 * Runs one goal against a folder.
 *
 * @param suspects what may be wrong, the most specific first
 * @returns nothing when the goal was reached
 * @throws NotJudgedError when what was seen proves nothing about the program
 */
export async function runGoal(
  goal: Goal,
  folder: string,
  suspects: readonly Suspect[],
  { signal, cluster, onPassed }: GoalContext,
): Promise<FailedGoal | undefined> {
  const testBed = new TestBed(folder, signal, cluster)
  const began = testBed.clock.now()
  try {
    await goal.run(testBed)
    expectNoSurvivors(testBed)
    expectStillRunning(testBed)
    // Copied: what happens while the test bed is closed does not belong to the goal.
    onPassed?.(
      goal.name,
      testBed.evidence().map((app) => Object.assign({}, app)),
    )
    return undefined
  } catch (error) {
    const fact = factOf(error)
    if (!fact) {
      if (!signal.aborted) await testBed.throwIfRedisLost()
      throw error
    }
    const spent = testBed.clock.since(began, { exact: true })
    await untilSettled(testBed, fact)
    if (!isConclusive(fact)) await testBed.findBusyApps()
    const todos = await openTodos(folder)
    const seen = { goal: goal.name, fact, openTodos: todos, ...testBed.part }
    const evidence = withApps(seen, testBed.evidence())
    const reported = withApps(seen, testBed.reportedEvidence())
    const typeError = () => typeErrorOf(folder, signal)
    const failure = await explainFailure(evidence, suspects, { folder, reported, typeError })
    await testBed.throwIfRedisLost()
    return { failure, evidence, reported, spent, isProven: isProven(evidence, spent) }
  } finally {
    await testBed.close()
  }
}

/** Whether a goal would have failed on an idle machine, too. @param spent until it failed */
export function isProven(
  { fact, app }: Pick<Evidence, 'fact' | 'app'>,
  spent: CpuReading,
): boolean {
  if (isConclusive(fact) || (app && endedByMistake(app))) return true
  return !isStarved(spent) && !(app && mayHaveTimedOut(app) && isSlowed(spent))
}

// An error in the code itself, and an 'error' event without a listener, have nothing to do with time.
function endedByMistake(app: AppEvidence): boolean {
  const { message = '' } = uncaughtError(app) ?? {}
  const isInCode = /^(Type|Reference|Range|Syntax)Error\b/.test(message)
  return isInCode || (message !== '' && stderrMatches(app, /Unhandled 'error' event/))
}

// Whether it may have ended because of a time limit of its own, which counts the machine's time.
function mayHaveTimedOut(app: AppEvidence): boolean {
  const [first] = app.wire
  return crashed(app) && first !== undefined && (app.exit?.at ?? 0) - first.at > shortestLimitMs
}

/**
 * The first goal that a program does not reach, with a cluster of its own if it needs one. One that
 * proves nothing, as the machine was too busy, is tried again.
 */
export async function firstFailure(
  goals: readonly Goal[],
  folder: string,
  suspects: readonly Suspect[],
  signal: AbortSignal,
): Promise<FailedGoal | undefined> {
  const cluster = new TestCluster()
  try {
    for (const goal of goals) {
      let failed: FailedGoal | undefined
      for (let tries = 0; tries < maxTries; tries++) {
        failed = await runGoal(goal, folder, suspects, { signal, cluster })
        if (!failed || failed.isProven) break
      }
      if (failed) return failed
    }
    return undefined
  } finally {
    await cluster.stop()
  }
}

/** Diagnoses recorded evidence, without the compiler. */
export function explainSeen(
  { evidence, reported }: Seen,
  folder: string,
  suspects: readonly Suspect[],
): Promise<Failure> {
  return explainFailure(evidence, suspects, {
    folder,
    reported,
    typeError: async () => undefined,
  })
}

// The goals of a check share their signal and their files: the compiler is asked once.
const typeErrors = new WeakMap<AbortSignal, ReturnType<typeof firstTypeError>>()

function typeErrorOf(folder: string, signal: AbortSignal): ReturnType<typeof firstTypeError> {
  const known = typeErrors.get(signal)
  if (known) return known
  const asked = firstTypeError(folder, signal)
  typeErrors.set(signal, asked)
  asked.catch(() => typeErrors.delete(signal)) // The next goal asks again.
  return asked
}

// Whatever a goal is about: an app that has ended must not go on in its children. One that was
// killed could do nothing about them.
function expectNoSurvivors(testBed: TestBed): void {
  for (const { name, exit } of testBed.evidence()) {
    const count = exit && exit.signal !== 'SIGKILL' ? exit.survivors.length : 0
    failUnless(count === 0, { kind: 'survivors', app: name, count })
  }
}

// Whatever a goal is about: an app that was up, by a subscription or by listening on its PORT, runs
// until a signal ends it. One whose PORT another app was given may have been ended by that one.
function expectStillRunning({ apps }: TestBed): void {
  for (const app of apps) {
    const { exit, startedAt } = app.instance
    const replaced = apps.some((other) => other !== app && other.port === app.port)
    const mayHaveEnded = exit?.signal || replaced || app.isSignalled || app.mayEnd
    if (!exit || mayHaveEnded || !wasUp(app.evidence())) continue
    throw new ExpectationFailed({
      kind: 'exit-unexpected',
      app: app.name,
      code: exit.code,
      signal: null,
      ranMs: exit.at - startedAt,
      when: 'until it gets a signal',
    })
  }
}

// An app that crashes closes its connections a moment before it ends.
async function untilSettled({ apps }: TestBed, fact: Fact): Promise<void> {
  const app = apps.find(({ name }) => name === fact.app)
  if (isAwaitedReply(fact)) await app?.poll(settleMs, () => app.instance.exit)
}

function factOf(error: unknown): Fact | undefined {
  if (error instanceof ExpectationFailed) return error.fact
  if (error instanceof CompileError) return { kind: 'compile-error', message: error.message }
  return undefined
}

function withApps(seen: Omit<Evidence, 'app' | 'apps'>, apps: Evidence['apps']): Evidence {
  return { ...seen, apps, app: apps.find(({ name }) => name === seen.fact.app) }
}
