import type { Diagnosis, KnownMistake, RightAnswers } from './diagnosis.ts'
import type { Goal } from './run-goal.ts'

/** What belongs to a check beside its goals. */
export interface CheckDefinition {
  /** The wrong answers it recognizes, the most specific first. */
  diagnoses: readonly Diagnosis[]
}

/** The same of a suite whose diagnoses do not read facts yet. */
export interface LegacyCheckDefinition {
  mistakes: readonly KnownMistake[]
  /** The id of the mistake that the untouched starter makes. */
  starter: string
  rightAnswers: RightAnswers
}

/** A check, with its goals. */
export type DefinedCheck = { slug: string; goals: readonly Goal[] } & (
  CheckDefinition | LegacyCheckDefinition
)

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
  definition: CheckDefinition | LegacyCheckDefinition,
  define: (goal: (name: string, run: Goal['run']) => void) => void,
): void {
  const goals: Goal[] = []
  define((name, run) => goals.push({ name, run }))
  for (const listener of listeners) listener({ slug, goals, ...definition })
}
