import { ExpectationFailed } from './expectation.ts'
import type { TestBed } from './test-bed.ts'

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
