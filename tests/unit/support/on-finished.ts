import { onTestFinished } from 'vitest'

/** Runs a cleanup after the test; the last one added runs first. */
export function later(cleanUp: () => unknown): void {
  onTestFinished(async () => {
    await cleanUp()
  })
}
