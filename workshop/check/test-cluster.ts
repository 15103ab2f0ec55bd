import { reaper } from '../process/index.ts'
import { RedisCluster, type RunningRedis, findRedisServer } from '../redis/index.ts'

/** The Redis Cluster that all goals of one check share. It is started when the first one uses it. */
export class TestCluster {
  #cluster: Promise<RedisCluster> | undefined
  #alone: Promise<void> = Promise.resolve()
  readonly #users: Promise<void>[] = []
  /** Its nodes as they were started. */
  servers: readonly RunningRedis[] = []

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
    if (this.servers.length === 0)
      this.servers = cluster.nodes.flatMap(({ redis }) => redis ?? [])
    return cluster
  }

  /** Ends it, if it was started. */
  async stop(): Promise<void> {
    await (await this.#cluster?.catch(() => undefined))?.stop()
  }
}

async function startTestCluster(): Promise<RedisCluster> {
  return RedisCluster.start(await findRedisServer(), reaper)
}
