import { type RunningRedis, findRedisServer, startRedis } from '../redis/index.ts'
import { trackGroup, untrackGroup } from '../process/index.ts'

/** Starts a Redis that is under the reaper's care until it is stopped. @param config arguments */
export async function startTestRedis(config: string[]): Promise<RunningRedis> {
  const redis = await startRedis(await findRedisServer(), {
    config,
    onSpawn: trackGroup,
  })
  const stop = async () => {
    await redis.stop()
    // Its number can soon be somebody else's.
    await untrackGroup(redis.pid)
  }
  return { ...redis, stop }
}
