import { describeFact } from './describe-fact.ts'
import type { Fact } from './facts.ts'
import type { TestBed } from './test-bed.ts'

/** What a failure states; a function when it depends on what came instead. */
export type Expected = Fact | (() => Fact)

/** Thrown when an app did not do what a goal expects of it. */
export class ExpectationFailed extends Error {
  override readonly name = 'ExpectationFailed'
  readonly fact: Fact

  /** @param expected what was expected and not seen */
  constructor(expected: Expected) {
    const fact = typeof expected === 'function' ? expected() : expected
    const text = describeFact(fact)
    super(`expected ${text.expected}; received ${text.received ?? 'something else'}`)
    this.fact = fact
  }
}

/** Fails with this fact unless the condition holds. */
export function failUnless(holds: boolean, fact: Fact): asserts holds {
  if (!holds) throw new ExpectationFailed(fact)
}

/**
 * Runs an expectation, and when it fails does an experiment before the failure goes on its way:
 * for diagnoses, to separate causes. It never changes the verdict, and what is shown to the
 * learner is what there was before it.
 */
export async function withProbe<T>(
  testBed: TestBed,
  expectation: () => T | Promise<T>,
  probe: () => Promise<unknown>,
): Promise<T> {
  try {
    return await expectation()
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    testBed.freezeEvidence()
    await probe()
    throw error
  }
}
