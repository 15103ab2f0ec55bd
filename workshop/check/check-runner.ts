import { endWarm, refillPool, setPoolSize } from '../process/index.ts'
import type { Failure, GoalResult } from './check-result.ts'
import { MachineTooBusyError } from './cpu-clock.ts'
import { type DefinedCheck, onCheck } from './define-check.ts'
import { type Suspect, suspectsOf, withCommon } from './explain-failure.ts'
import type { Fact } from './facts.ts'
import { type Goal, type GoalContext, type PassedListener, runGoal } from './run-goal.ts'
import { TestCluster } from './test-cluster.ts'

// The checks without Vitest, which takes longer to load than most of them to run: for `npm run
// check` and `npm run watch`.

export { endWarm }

/** What a run of a check reports while it goes on. */
export interface CheckListeners {
  /** Receives each goal as soon as it is decided. */
  onGoal?: (result: GoalResult) => void
  onPassed?: PassedListener
}

/** A check that is loaded. */
export interface LoadedCheck {
  /** The names of its goals. */
  goals: readonly string[]
  /** What it can find, and what every check can. */
  suspects: readonly Suspect[]
  /**
   * Runs all goals at once against a folder. As soon as the first goal that fails is known, what
   * still runs after it is ended: one cause at a time. See also `judgeAlone`.
   *
   * @param signal ends the run; it rejects with the signal's reason
   * @returns all goals, in the lesson's order
   */
  runUntilFailure(
    folder: string,
    signal: AbortSignal,
    listeners?: CheckListeners,
  ): Promise<GoalResult[]>
  /**
   * Runs all goals against a folder, four at a time. See also `judgeAlone`.
   *
   * @returns all, in the lesson's order
   */
  runAll(folder: string): Promise<GoalResult[]>
}

// A suite is run once, however often it is asked for.
const loaded = new Map<string, DefinedCheck>()
onCheck((check) => {
  loaded.set(check.slug, check)
})

/**
 * Loads the check of a step.
 *
 * @param slug the step's, for example `04-sigterm`
 * @param poolSize how many instances wait to be started
 */
export async function loadCheck(slug: string, poolSize: number): Promise<LoadedCheck> {
  await import(suiteUrl(slug))
  const check = loaded.get(slug)
  if (!check) throw new Error(`tests/${slug}.test.ts has no defineCheck('${slug}', …)`)
  const { goals } = check
  const suspects = suspectsOf(check)
  if (poolSize > 0) setPoolSize(poolSize)
  return {
    goals: goals.map(({ name }) => name),
    suspects: withCommon(suspects),
    runUntilFailure: (folder, signal, listeners = {}) =>
      runGoals(
        { goals, folder, suspects, lanes: goals.length, untilFailure: true, ...listeners },
        signal,
      ).finally(refillPool),
    runAll: (folder) =>
      runGoals({ goals, folder, suspects, lanes: concurrency, untilFailure: false }),
  }
}

// The launcher compiles the suites into the folder of its bundle, where this file lies as well.
function suiteUrl(slug: string): string {
  return new URL(`./${slug}.test.mjs`, import.meta.url).href
}

const concurrency = 4
const enough = new Error('the first goal that fails is known')

interface Run extends CheckListeners {
  goals: readonly Goal[]
  folder: string
  suspects: readonly Suspect[]
  /** How many goals run at the same time. */
  lanes: number
  /** Ends what still runs as soon as the first goal that fails is known. */
  untilFailure: boolean
}

async function runGoals(
  { goals, folder, suspects, lanes, untilFailure, onGoal, onPassed }: Run,
  signal?: AbortSignal,
): Promise<GoalResult[]> {
  const rest = new AbortController()
  const cluster = new TestCluster()
  const ended = signal ? AbortSignal.any([signal, rest.signal]) : rest.signal
  const context = { signal: ended, cluster, onPassed }
  const results: (GoalResult | undefined)[] = goals.map(() => undefined)
  const judge = async (goal: Goal, i: number) => {
    const result = await runOneGoal(goal, folder, suspects, context)
    results[i] = result
    if (!rest.signal.aborted) onGoal?.(result)
    if (untilFailure && results.find((one) => !one?.passed)) rest.abort(enough)
  }
  const queue = goals.entries()
  const runLane = async () => {
    for (const [i, goal] of queue) await judge(goal, i).catch(ignoreBusy)
  }
  try {
    // Also a goal that was ended clears its test bed first.
    const running = Array.from({ length: lanes }, () =>
      runLane().catch((error: unknown) => {
        rest.abort(error)
        throw error
      }),
    )
    for (const lane of await Promise.allSettled(running))
      if (lane.status === 'rejected' && lane.reason !== enough) throw lane.reason
    await judgeAlone(goals, results, judge)
  } finally {
    await cluster.stop()
  }
  return withUntested(goals, results)
}

/**
 * Runs goals again, one at a time, that could not be judged beside the others: the programs of one
 * check can be too many for a small machine. What comes after the first goal that fails stays open.
 *
 * @param results in the order of the goals; undefined where a goal could not be judged
 * @throws MachineTooBusyError when a goal cannot be judged alone either
 */
export async function judgeAlone<One>(
  goals: readonly One[],
  results: readonly ({ passed: boolean } | undefined)[],
  judge: (goal: One, i: number) => Promise<void>,
): Promise<void> {
  for (const [i, goal] of goals.entries()) {
    if (!results[i]) await judge(goal, i)
    if (!results[i]?.passed) return
  }
}

function ignoreBusy(error: unknown): void {
  if (!(error instanceof MachineTooBusyError)) throw error
}

async function runOneGoal(
  goal: Goal,
  folder: string,
  suspects: readonly Suspect[],
  context: GoalContext,
): Promise<GoalResult> {
  const start = performance.now()
  const failed = await runGoal(goal, folder, suspects, context)
  if (failed && !failed.isProven) throw new MachineTooBusyError(failed.spent)
  const ms = Math.round(performance.now() - start)
  if (!failed) return { goal: goal.name, state: 'passed', passed: true, ms }
  const { failure } = failed
  return { goal: goal.name, state: 'not yet', passed: false, ms, failure }
}

/**
 * Separates the goals that have failed from those that could not be tested: what stopped the first
 * one stopped them too, they were not reached, or the check ended before they did.
 *
 * @param results in the order of the goals; undefined where the check ended before
 */
export function withUntested(
  goals: readonly Pick<Goal, 'name'>[],
  results: readonly (GoalResult | undefined)[],
): GoalResult[] {
  const first = results.find((result) => result?.failure)
  if (!first?.failure) return results.filter((result) => result !== undefined)
  const { failure: cause, goal } = first
  return goals.map(({ name }, i): GoalResult => {
    const result = results[i]
    const untested = { goal: name, state: 'not tested', passed: false } as const
    if (!result) return { ...untested, ms: 0, notTested: { kind: 'check-ended', goal } }
    if (result === first || !result.failure) return result
    const kind = isSameCause(result.failure, cause)
      ? 'same-cause'
      : isWayIn(result.failure.fact) && 'not-reached'
    return kind ? { ...untested, ms: result.ms, notTested: { kind, goal } } : result
  })
}

// A goal that has failed there was not reached. When it is the first one, it is about that.
function isWayIn({ kind, expectation }: Fact): boolean {
  return kind === 'socket-refused' || expectation === 'login'
}

// The same mistake, in the same words, or the same expectation of the same app, whichever client
// noticed it: what that goal tests itself was never reached. Only what came instead differs.
function isSameCause(one: Failure, other: Failure): boolean {
  return (
    one.diagnosis === other.diagnosis &&
    (one.likely === other.likely || keyOf(one.fact) === keyOf(other.fact))
  )
}

interface Subject extends Pick<Fact, 'kind' | 'app' | 'expectation'> {
  text?: unknown
  command?: unknown
  event?: unknown
}

function keyOf(fact: Fact): string {
  const { kind, app, expectation, text, command, event }: Subject = fact
  return JSON.stringify([kind, app, expectation, text, command, event])
}
