import { onTestFinished } from 'vitest'

/** Does it after the test, the newest first. */
export function later(cleanUp: () => unknown): void {
  onTestFinished(async () => {
    await cleanUp()
  })
}
