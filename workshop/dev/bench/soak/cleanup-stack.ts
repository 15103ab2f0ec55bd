import { setTimeout as pause } from 'node:timers/promises'

/**
 * What a soak has started and has to end, on every way out. What is still starting when the
 * end comes is waited for, and then ended as well.
 */
export class CleanupStack {
  private readonly controller = new AbortController()
  private readonly endings: (() => Promise<unknown>)[] = []
  private ending: Promise<void> | undefined

  /** Aborted when the end has come. */
  readonly signal = this.controller.signal

  /** Starts something that will be ended. */
  async use<T>(
    start: () => Promise<T>,
    end: (thing: T) => Promise<unknown> | void,
  ): Promise<T> {
    this.signal.throwIfAborted()
    const starting = start()
    this.endings.unshift(async () => end(await starting))
    const thing = await starting
    this.signal.throwIfAborted()
    return thing
  }

  /** Waits, if the end does not come before. */
  async pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.signal })
  }

  /** Waits until something is so. @returns whether it was in time */
  async until(isSo: () => Promise<boolean>, withinMs: number, everyMs = 50): Promise<boolean> {
    const deadline = performance.now() + withinMs
    while (!(await isSo())) {
      if (performance.now() > deadline) return false
      await this.pause(everyMs)
    }
    return true
  }

  /** Ends everything, the latest first. */
  end(): Promise<void> {
    this.controller.abort(new Error('the soak was ended'))
    this.ending ??= this.endAll()
    return this.ending
  }

  // What did not start has told why to whoever started it; what does not end is the reaper's.
  private async endAll(): Promise<void> {
    for (const end of this.endings) await end().catch(() => {})
  }
}
