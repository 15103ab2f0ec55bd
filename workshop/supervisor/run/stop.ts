import { forgetOldKeepers } from '../keeper-file.ts'
import { visitKeeper } from '../keeper-link.ts'
import type { Stopped } from '../keeper-talk.ts'

/**
 * Stops all runners of this clone, with their instances and their Redis, and removes what
 * killed ones left in `.workshop/run`.
 *
 * @returns what was stopped; undefined when nothing was running
 */
export async function stopEverything(): Promise<Stopped | undefined> {
  const keeper = await visitKeeper()
  const stopped = await keeper?.stopEverything()
  keeper?.leave()
  await forgetOldKeepers()
  return stopped
}
