// An instance has one thread: while it computes it cannot answer requests. A timer that fires late
// shows for how long.

const EVERY_MS = 50
const LATE_MS = 500

/** Prints for how long the event loop was blocked, each time after it happened. */
export function watchEventLoop(): void {
  let last = performance.now()
  setInterval(() => {
    const late = performance.now() - last - EVERY_MS
    last = performance.now()
    if (late < LATE_MS) return
    const name = process.env.DYNO || 'web.1'
    console.warn(`${name} blocked its event loop for ${(late / 1000).toFixed(1)} s`)
  }, EVERY_MS).unref()
}
