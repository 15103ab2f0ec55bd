import type { Goal } from './run-goal.ts'
import type { KnownMistake, RightAnswers } from './known-mistake.ts'

/** What belongs to a gate beside its goals. */
export interface CheckDefinition {
  mistakes: readonly KnownMistake[]
  /** The id of the mistake that the untouched starter makes. */
  starter: string
  rightAnswers: RightAnswers
}

/** Does something with a gate: makes tests of it, or plays it. */
export type CheckListener = (
  slug: string,
  goals: readonly Goal[],
  belongings: CheckDefinition,
) => void

const registrars: CheckListener[] = []

/** Has every gate that is loaded from now on handed over to this. */
export function onCheck(registrar: CheckListener): void {
  registrars.push(registrar)
}

// Under Vitest, that is in `npm test`, the gate itself is on trial. `npm run check` and `npm run
// watch` do without Vitest: see play.ts.
if (process.env['VITEST']) onCheck((await import('./test-check.ts')).testCheck)

/**
 * The gate of a step.
 *
 * @param slug the step's, for example `04-sigterm`
 * @param define calls `goal(name, play)` for each goal, in the lesson's order
 */
export function defineCheck(
  slug: string,
  belongings: CheckDefinition,
  define: (goal: (name: string, play: Goal['run']) => void) => void,
): void {
  const goals: Goal[] = []
  define((name, run) => goals.push({ name, run }))
  for (const register of registrars) register(slug, goals, belongings)
}
