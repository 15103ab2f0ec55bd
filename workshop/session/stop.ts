import { removeStaleAddresses } from './daemon-address.ts'
import { findDaemon } from './connect-to-daemon.ts'
import type { Stopped } from './daemon-client.ts'

/**
 * Stops all runners of this clone, with their instances and their Redis, and removes what
 * killed ones left in `.workshop/run`.
 *
 * @returns what was stopped; undefined when nothing was running
 */
export async function stopAllSessions(): Promise<Stopped | undefined> {
  const keeper = await findDaemon()
  const stopped = await keeper?.stopAllSessions()
  keeper?.close()
  await removeStaleAddresses()
  return stopped
}
