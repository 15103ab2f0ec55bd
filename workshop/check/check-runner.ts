import type { GoalResult } from './check-result.ts'
import { endWarm, setPoolSize, refillPool } from '../process/index.ts'
import { MachineTooBusyError, cpuClock, isStarved } from './cpu-clock.ts'
import { type CheckDefinition, onCheck } from './define-check.ts'
import { type Goal, runGoal } from './run-goal.ts'

// The gates without Vitest, which takes longer to load than most of them to play: for `npm run
// check` and `npm run watch`. It is compiled into one file, and loads the gate it is asked for.

export { endWarm }

/** A gate that is loaded. */
export interface LoadedCheck {
  /** The names of its goals. */
  goals: readonly string[]
  /**
   * Plays all goals at once against a folder. As soon as the first goal that fails is known,
   * what still plays after it is ended: one cause at a time.
   *
   * @param signal ends the play; it rejects with the signal's reason
   * @param onGoal is told each goal as soon as it is decided
   * @returns the goals that were decided, in the lesson's order
   */
  runUntilFailure(
    folder: string,
    signal: AbortSignal,
    onGoal?: (result: GoalResult) => void,
  ): Promise<GoalResult[]>
  /** Plays all goals against a folder, four at a time. @returns all, in the lesson's order */
  runAll(folder: string): Promise<GoalResult[]>
}

// A gate's file is run once, however often it is asked for.
const loaded = new Map<string, { goals: readonly Goal[]; belongings: CheckDefinition }>()
onCheck((slug, goals, belongings) => {
  loaded.set(slug, { goals, belongings })
})

/**
 * Loads the gate of a step.
 *
 * @param slug the step's, for example `04-sigterm`
 * @param warmth how many instances wait to be started
 */
export async function loadCheck(slug: string, warmth: number): Promise<LoadedCheck> {
  await import(`../../tests/${slug}.test.ts`)
  const gate = loaded.get(slug)
  if (!gate) throw new Error(`tests/${slug}.test.ts has no defineCheck('${slug}', …)`)
  const { goals, belongings } = gate
  if (warmth > 0) setPoolSize(warmth)
  return {
    goals: goals.map(({ name }) => name),
    runUntilFailure: (folder, signal, onGoal = () => {}) =>
      runUntilFailure(goals, { folder, belongings, onGoal }, signal).finally(refillPool),
    runAll: (folder) => runAll(goals, folder, belongings),
  }
}

const atOnce = 4
const enough = new Error('the first goal that fails is known')

interface Around {
  folder: string
  belongings: CheckDefinition
  onGoal: (result: GoalResult) => void
}

async function runUntilFailure(
  goals: readonly Goal[],
  { folder, belongings, onGoal }: Around,
  signal: AbortSignal,
): Promise<GoalResult[]> {
  const rest = new AbortController()
  const either = AbortSignal.any([signal, rest.signal])
  const decided: (GoalResult | undefined)[] = goals.map(() => undefined)
  const plays = goals.map(async (goal, i) => {
    const result = await runOneGoal(goal, folder, belongings, either)
    decided[i] = result
    if (!rest.signal.aborted) onGoal(result)
    if (decided.find((one) => !one?.passed)) rest.abort(enough)
  })
  // Also a goal that was ended clears its stage first.
  for (const play of await Promise.allSettled(plays)) {
    if (play.status === 'rejected' && play.reason !== enough) throw play.reason
  }
  return decided.filter((result) => result !== undefined)
}

async function runAll(
  goals: readonly Goal[],
  folder: string,
  belongings: CheckDefinition,
): Promise<GoalResult[]> {
  const results: GoalResult[] = []
  const rest = goals.entries()
  const trouble = new AbortController()
  const lane = async () => {
    for (const [i, goal] of rest) {
      results[i] = await runOneGoal(goal, folder, belongings, trouble.signal)
    }
  }
  const lanes = Array.from({ length: atOnce }, () =>
    lane().catch((error: unknown) => trouble.abort(error)),
  )
  await Promise.all(lanes)
  trouble.signal.throwIfAborted()
  return results
}

async function runOneGoal(
  goal: Goal,
  folder: string,
  { mistakes }: CheckDefinition,
  signal: AbortSignal,
): Promise<GoalResult> {
  const start = performance.now()
  const began = cpuClock.now()
  const failure = await runGoal(goal, folder, mistakes, signal)
  // A program that had no time to reach the goal has not failed it.
  const spent = cpuClock.since(began, { exact: true })
  if (failure && isStarved(spent)) throw new MachineTooBusyError(spent)
  const ms = Math.round(performance.now() - start)
  return { goal: goal.name, passed: !failure, ms, ...(failure && { failure }) }
}
