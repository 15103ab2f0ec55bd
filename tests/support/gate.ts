import type { Goal } from './judge.ts'
import type { Mistake, RightAnswers } from './mistake.ts'

/** What belongs to a gate beside its goals. */
export interface Gate {
  mistakes: readonly Mistake[]
  /** The id of the mistake that the untouched starter makes. */
  starter: string
  rightAnswers: RightAnswers
}

/** Does something with a gate: makes tests of it, or plays it. */
export type Registrar = (slug: string, goals: readonly Goal[], belongings: Gate) => void

const registrars: Registrar[] = []

/** Has every gate that is loaded from now on handed over to this. */
export function onGate(registrar: Registrar): void {
  registrars.push(registrar)
}

// Under Vitest, that is in `npm test`, the gate itself is on trial. `npm run check` and `npm run
// watch` do without Vitest: see play.ts.
if (process.env['VITEST']) onGate((await import('./rehearse.ts')).rehearse)

/**
 * The gate of a step.
 *
 * @param slug the step's, for example `04-sigterm`
 * @param define calls `goal(name, play)` for each goal, in the lesson's order
 */
export function gate(
  slug: string,
  belongings: Gate,
  define: (goal: (name: string, play: Goal['play']) => void) => void,
): void {
  const goals: Goal[] = []
  define((name, play) => goals.push({ name, play }))
  for (const register of registrars) register(slug, goals, belongings)
}
