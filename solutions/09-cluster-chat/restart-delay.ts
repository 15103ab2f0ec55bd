// How long the primary waits before it restarts a crashed worker. One that crashes at its start
// would crash again at once, so the pauses grow.

const STABLE_MS = 1000
const LONGEST_MS = 8000

const failedStarts = new Map<string, number>()

/**
 * The pause in ms before this worker is restarted, 0 if it was stable.
 *
 * @param servedMs how long it has served its port
 */
export function restartDelay(name: string, servedMs: number): number {
  const failed = servedMs > STABLE_MS ? 0 : (failedStarts.get(name) ?? 0) + 1
  failedStarts.set(name, failed)
  return failed === 0 ? 0 : Math.min(250 * 2 ** failed, LONGEST_MS)
}
