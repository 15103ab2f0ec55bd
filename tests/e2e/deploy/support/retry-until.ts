import { setTimeout as delay } from 'node:timers/promises'

/**
 * Tries again and again.
 *
 * @param what for people: what is waited for
 * @param attempt throws for good; returns undefined for "not yet"
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
