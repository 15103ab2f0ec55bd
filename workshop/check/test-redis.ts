import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import { reaper, untrackGroup } from '../process/index.ts'
import { type RunningRedis, findRedisServer, startRedis } from '../redis/index.ts'

// When a server of a check ended that no goal has stopped, and what ended it.
let lost: { at: number; reason: string } | undefined

const noticeMs = 100

/** Starts a Redis that the reaper stops when this process does not. @param config arguments */
export async function startTestRedis(config: string[]): Promise<RunningRedis> {
  const redis = await startRedis(await findRedisServer(), {
    config,
    reaper,
  })
  noticeLoss(redis)
  const stop = async () => {
    await redis.stop()
    // Another process can soon have its number.
    untrackGroup(redis.pid)
  }
  return { ...redis, stop }
}

/** Remembers when a server ends that no goal has stopped. */
export function noticeLoss(redis: RunningRedis): void {
  void redis.lost.then((reason) => {
    lost = { at: performance.now(), reason }
  })
}

/**
 * A failure of which the loss of a Redis may be the cause is not the program's fault.
 *
 * @param since when the goal began, on the clock of `performance.now()`
 * @throws UserError when a Redis of the check was lost since
 */
export async function throwIfRedisLost(since: number): Promise<void> {
  // A broken connection can be noticed before the end of the process is.
  if (!lost) await delay(noticeMs)
  if (!lost || lost.at < since) return
  throw new UserError(
    `could not be judged: the Redis of this check has ended (${lost.reason}). Check again`,
  )
}
