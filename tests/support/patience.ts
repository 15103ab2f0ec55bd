/** How to wait for something. */
export interface Wait<T> {
  /** Looks for it; `undefined` means not yet. */
  look: () => T | undefined
  /** Calls back whenever it is worth looking again; returns how to stop that. */
  watch: (changed: () => void) => () => void
  withinMs: number
  /** Ends the wait at once, with the signal's reason. */
  signal: AbortSignal
}

const tick = 25

/**
 * Waits until `look` finds something.
 *
 * The clock is patient: a moment in which this process did not get the processor counts as
 * one tick, however long it was. So a busy machine does not turn a right answer into a wrong
 * one, and an idle one is not kept waiting.
 *
 * @returns what was found, or `undefined` when the time was up
 */
export function waitFor<T>({ look, watch, withinMs, signal }: Wait<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    let left = withinMs
    const again = () => {
      const found = look()
      if (found !== undefined) finish(() => resolve(found))
    }
    const abort = () => finish(() => reject(signal.reason))
    const unwatch = watch(again)
    const clock = setInterval(() => {
      left -= tick
      if (left <= 0) finish(() => resolve(look()))
    }, tick)
    const finish = (settle: () => void) => {
      clearInterval(clock)
      unwatch()
      signal.removeEventListener('abort', abort)
      settle()
    }
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    else again()
  })
}
