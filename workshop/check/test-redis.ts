import { setTimeout as delay } from 'node:timers/promises'
import { NotJudgedError } from './not-judged.ts'
import { reaper, untrackGroup } from '../process/index.ts'
import { type RunningRedis, expectRedis, findRedisServer, startRedis } from '../redis/index.ts'

// How long the end of a process may take to be noticed on a busy machine.
const noticeMs = 2_000

/** Starts a Redis that the reaper stops when this process does not. @param config arguments */
export async function startTestRedis(config: string[]): Promise<RunningRedis> {
  const redis = await startRedis(await findRedisServer(), {
    config,
    reaper,
  })
  const stop = async () => {
    await redis.stop()
    // Another process can soon have its number.
    untrackGroup(redis.pid)
  }
  return { ...redis, stop }
}

/**
 * A failure of which the loss of a Redis may be the cause is not the program's fault.
 *
 * @throws NotJudgedError when one of these servers has ended and was not stopped
 */
export async function throwIfRedisLost(servers: readonly RunningRedis[]): Promise<void> {
  // A broken connection can be noticed before the end of the process is.
  const answers = await Promise.all(servers.map(doesAnswer))
  if (answers.every(Boolean)) return
  const reason = await Promise.race([...servers.map(({ lost }) => lost), delay(noticeMs)])
  if (reason)
    throw new NotJudgedError(`the Redis of this check has ended (${reason}). Check again`)
}

async function doesAnswer({ host, port }: RunningRedis): Promise<boolean> {
  return expectRedis({ host, port, tls: false }).then(
    () => true,
    () => false,
  )
}
