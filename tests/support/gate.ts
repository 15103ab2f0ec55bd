import { type TestContext, inject, test } from 'vitest'
import { rehearse } from './rehearse.ts'
import { type Goal, judge } from './judge.ts'
import type { Mistake, RightAnswers } from './mistake.ts'

/** What belongs to a gate beside its goals. */
export interface Gate {
  mistakes: readonly Mistake[]
  /** The id of the mistake that the untouched starter makes. */
  starter: string
  rightAnswers: RightAnswers
}

/**
 * The gate of a step.
 *
 * With a target (`npm run check 4`) every goal is a test, and judges that folder. Without one
 * (`npm test`) the gate itself is on trial: the solution and all right answers must pass it,
 * the starter and every known wrong answer must fail with their own diagnosis.
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
  const target = inject('targets')?.[slug]
  if (!target) return rehearse(slug, goals, belongings)
  for (const goal of goals) {
    test.concurrent(goal.name, async ({ task, signal }: TestContext) => {
      const failure = await judge(goal, target.folder, belongings.mistakes, signal)
      if (!failure) return
      task.meta.failure = failure
      throw new Error(`${failure.expected}: ${failure.received}`)
    })
  }
}
