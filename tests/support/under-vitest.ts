import { type TestContext, inject, test } from 'vitest'
import type { Gate } from './gate.ts'
import { type Goal, judge } from './judge.ts'
import { rehearse } from './rehearse.ts'

/**
 * Makes tests of a gate. With a target (`npm run check 4`) every goal is a test, and judges
 * that folder. Without one (`npm test`) the gate itself is on trial: the solution and all
 * right answers must pass it, the starter and every known wrong answer must fail with their
 * own diagnosis.
 */
export function asTests(slug: string, goals: readonly Goal[], belongings: Gate): void {
  const target = inject('targets')?.[slug]
  if (!target) return rehearse(slug, goals, belongings)
  for (const goal of goals) {
    test.concurrent(goal.name, async ({ task, signal }: TestContext) => {
      const failure = await judge(goal, target.folder, belongings.mistakes, signal)
      if (!failure) return
      Object.assign(task.meta, { failure })
      throw new Error(`${failure.expected}: ${failure.received}`)
    })
  }
}
