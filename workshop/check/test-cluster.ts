import { reaper } from '../process/index.ts'
import { RedisCluster, findRedisServer } from '../redis/index.ts'
import { noticeLoss } from './test-redis.ts'

/** The Redis Cluster that all goals of one check share. It is started when the first one uses it. */
export class TestCluster {
  #cluster: Promise<RedisCluster> | undefined
  #alone: Promise<void> = Promise.resolve()
  readonly #users: Promise<void>[] = []

  /**
   * Waits for the cluster.
   *
   * @param ended when the goal that uses it has ended
   * @param alone waits until all other goals have ended, and lets later ones wait
   */
  async use(ended: Promise<void>, alone: boolean): Promise<RedisCluster> {
    const before = alone ? Promise.all(this.#users) : this.#alone
    this.#users.push(ended)
    if (alone) this.#alone = ended
    this.#cluster ??= startTestCluster()
    const [cluster] = await Promise.all([this.#cluster, before])
    return cluster
  }

  /** Ends it, if it was started. */
  async stop(): Promise<void> {
    await (await this.#cluster?.catch(() => undefined))?.stop()
  }
}

async function startTestCluster(): Promise<RedisCluster> {
  const cluster = await RedisCluster.start(await findRedisServer(), reaper)
  for (const { redis } of cluster.nodes) if (redis) noticeLoss(redis)
  return cluster
}
