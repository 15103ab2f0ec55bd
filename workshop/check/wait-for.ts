/** How to wait for something. */
export interface WaitOptions<T> {
  /** Looks for it; `undefined` means not yet. */
  poll: () => T | undefined
  /** Calls back whenever it is worth looking again; returns how to stop that. */
  onChange: (changed: () => void) => () => void
  withinMs: number
  /** From the moment this is true on there is little to hope for: a second, not more. */
  shortenWhen?: () => boolean
  /** Ends the wait at once, with the signal's reason. */
  signal: AbortSignal
}

const tick = 25
const lastMomentMs = 1_000

/**
 * Waits until `look` finds something.
 *
 * The clock is patient: a moment in which this process did not get the processor counts as
 * one tick, however long it was. So a busy machine does not turn a right answer into a wrong
 * one, and an idle one is not kept waiting.
 *
 * @returns what was found, or `undefined` when the time was up
 */
export function waitFor<T>(wait: WaitOptions<T>): Promise<T | undefined> {
  const { poll, onChange, withinMs, shortenWhen, signal } = wait
  return new Promise((resolve, reject) => {
    let left = withinMs
    let hurrying = false
    let waiting = true
    const again = () => {
      const found = poll()
      if (found !== undefined) finish(() => resolve(found))
    }
    // Many lines can come in one piece: one look at all of them is enough.
    let planned = false
    const soon = () => {
      if (planned) return
      planned = true
      queueMicrotask(() => {
        planned = false
        if (waiting) again()
      })
    }
    const abort = () => finish(() => reject(signal.reason))
    const unwatch = onChange(soon)
    const clock = setInterval(() => {
      left -= tick
      if (!hurrying && shortenWhen?.()) {
        hurrying = true
        left = Math.min(left, lastMomentMs)
      }
      if (left <= 0) finish(() => resolve(poll()))
    }, tick)
    const finish = (settle: () => void) => {
      waiting = false
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
