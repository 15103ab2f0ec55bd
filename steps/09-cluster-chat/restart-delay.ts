// How long the primary waits before it restarts a crashed worker. One that crashes at its start
// would crash again at once, so the pauses grow, and after four tries it gives up: the platform
// restarts an instance that has ended, at its own pace.

const TRIES = 4
const STABLE_MS = 1000

const failedStarts = new Map<string, number>()

/**
 * The pause in ms before this worker is restarted, 0 if it was stable, undefined to give up.
 *
 * @param servedMs how long it has served its port
 */
export function restartDelay(name: string, servedMs: number): number | undefined {
  const failed = servedMs > STABLE_MS ? 0 : (failedStarts.get(name) ?? 0) + 1
  failedStarts.set(name, failed)
  if (failed === 0) return 0
  if (failed < TRIES) return 250 * 2 ** failed
  console.error(`${name} crashed ${TRIES} times right after its start`)
  return undefined
}
