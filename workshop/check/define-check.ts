import type { Diagnosis } from './diagnosis.ts'
import type { Goal } from './run-goal.ts'

/** What belongs to a check beside its goals. */
export interface CheckDefinition {
  /** The wrong answers it recognizes, the most specific first. */
  diagnoses: readonly Diagnosis[]
}

/** A check, with its goals. */
export interface DefinedCheck extends CheckDefinition {
  slug: string
  goals: readonly Goal[]
}

/** Does something with a check: makes tests of it, or runs it. */
export type CheckListener = (check: DefinedCheck) => void

const listeners: CheckListener[] = []

/** Has every check that is loaded from now on handed over to this. */
export function onCheck(listener: CheckListener): void {
  listeners.push(listener)
}

// Under Vitest, that is in `npm test`, the check itself is tested. `npm run check` and `npm run
// watch` do without Vitest: see check-runner.ts.
if (process.env['VITEST']) onCheck((await import('./test-check.ts')).testCheck)

/**
 * The check of a step.
 *
 * @param slug the step's, for example `04-sigterm`
 * @param define calls `goal(name, run)` for each goal, in the lesson's order
 */
export function defineCheck(
  slug: string,
  definition: CheckDefinition,
  define: (goal: (name: string, run: Goal['run']) => void) => void,
): void {
  const goals: Goal[] = []
  define((name, run) => goals.push({ name, run }))
  for (const listener of listeners) listener({ slug, goals, ...definition })
}
