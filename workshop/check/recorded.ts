import { ExpectationFailed } from './expectation.ts'
import type { TestBed } from './test-bed.ts'

/** What `npm run record` plays of a step: see `tests/README.md`. */
export interface Recorded {
  /**
   * What happens, the same with every program.
   *
   * @param begin to be called when all is ready: before that only connections and subscriptions
   *   are kept
   */
  scene(testBed: TestBed, begin: () => void): Promise<void>
  /** Mistakes to show: what a page calls them → `s3-never-publishes: no announcement`. */
  mistakes: Readonly<Record<string, string>>
}

/** Waits for something, and goes on without it: a wrong program does not do what is waited for. */
export async function attempt<T>(awaited: Promise<T>): Promise<T | undefined> {
  try {
    return await awaited
  } catch (error) {
    if (error instanceof ExpectationFailed) return undefined
    throw error
  }
}
