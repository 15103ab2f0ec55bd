import { setMaxListeners } from 'node:events'
import { MachineTooBusyError, clockOf } from './cpu-clock.ts'

/** How to wait for something. */
export interface WaitOptions<T> {
  /** Looks for it; `undefined` means not yet. */
  poll: () => T | undefined
  /** Calls back whenever it is worth looking again; returns how to stop that. */
  onChange: (changed: () => void) => () => void
  /** How much time the programs may take, on the clock that counts when they can run. */
  withinMs: number
  /** From the moment this is true on there is little to hope for: a second, not more. */
  shortenWhen?: () => boolean
  /** Ends the wait at once, with the signal's reason. */
  signal: AbortSignal
}

const lastMomentMs = 1_000
// A wait that takes this many times longer than it counts is given up.
const maxSlowness = 20

/**
 * Waits until `poll` finds something. The limit counts only time in which the programs under
 * test could run: see `CpuClock`.
 *
 * @returns what was found, or `undefined` when the time was up
 * @throws MachineTooBusyError when the programs got next to nothing of the processor
 */
export function waitFor<T>(wait: WaitOptions<T>): Promise<T | undefined> {
  const { poll, onChange, withinMs, shortenWhen, signal } = wait
  const clock = clockOf(signal)
  return new Promise((resolve, reject) => {
    const began = clock.now()
    let limitMs = withinMs
    let shortened = false
    let waiting = true
    const look = () => {
      const found = poll()
      if (found !== undefined) finish(() => resolve(found))
    }
    // Many lines can come in one chunk: one look at all of them is enough.
    let planned = false
    const changed = () => {
      if (planned) return
      planned = true
      queueMicrotask(() => {
        planned = false
        if (waiting) look()
      })
    }
    const onTick = () => {
      if (!shortened && shortenWhen?.()) {
        shortened = true
        limitMs = Math.min(limitMs, clock.since(began).countedMs + lastMomentMs)
      }
      if (clock.since(began).countedMs < limitMs) return
      const spent = clock.since(began, { exact: true })
      if (spent.countedMs >= limitMs) finish(() => resolve(poll()))
      else if (spent.elapsedMs > limitMs * maxSlowness)
        finish(() => reject(new MachineTooBusyError(spent)))
    }
    const abort = () => finish(() => reject(signal.reason))
    const stopWatching = onChange(changed)
    const stopTicking = clock.onTick(onTick)
    const finish = (settle: () => void) => {
      waiting = false
      stopTicking()
      stopWatching()
      signal.removeEventListener('abort', abort)
      settle()
    }
    setMaxListeners(0, signal) // Many waits share one signal.
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    else look()
  })
}
