import { setTimeout as delay } from 'node:timers/promises'

/**
 * Repeats an attempt until it returns a value.
 *
 * @param what the condition, for messages
 * @param attempt returns undefined for "not yet"; its errors end the wait
 */
export async function retryUntil<T>(
  what: () => string,
  attempt: () => Promise<T | undefined>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await attempt()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what()}`)
    await delay(50)
  }
}
