// An instance has one thread: while it computes it answers nobody. This notices, afterwards.

const EVERY_MS = 50
const LATE_MS = 500

/** Prints for how long this instance could not answer anybody, whenever that happens. */
export function watchEventLoop(): void {
  let last = performance.now()
  setInterval(() => {
    const late = performance.now() - last - EVERY_MS
    last = performance.now()
    if (late < LATE_MS) return
    const name = process.env.DYNO || 'web.1'
    console.warn(`${name} answered nobody for ${(late / 1000).toFixed(1)} s`)
  }, EVERY_MS).unref()
}
