import { type RunningRedis, findRedisServer, startRedis } from '../../workshop/redis/index.ts'
import { register, unregister } from '../../workshop/supervisor/index.ts'

/** Starts a Redis that is under the reaper's care until it is stopped. @param config arguments */
export async function privateRedis(config: string[]): Promise<RunningRedis> {
  const redis = await startRedis(await findRedisServer(), {
    config,
    onSpawn: register,
  })
  const stop = async () => {
    await redis.stop()
    // Its number can soon be somebody else's.
    await unregister(redis.pid)
  }
  return { ...redis, stop }
}
