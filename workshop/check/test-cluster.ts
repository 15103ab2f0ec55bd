import { reaper } from '../process/index.ts'
import { RedisCluster, type RunningRedis, findRedisServer } from '../redis/index.ts'

/** The Redis Cluster that all goals of one check share. It is started when the first one uses it. */
export class TestCluster {
  #cluster: Promise<RedisCluster> | undefined
  #alone: Promise<void> = Promise.resolve()
  readonly #users: Promise<void>[] = []
  #restored: Promise<void> = Promise.resolve()
  /** Its nodes as they were started, and started again. */
  servers: readonly RunningRedis[] = []

  /**
   * Waits for the cluster, with all its nodes: a goal before may have killed one.
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
    await (this.#restored = this.#restored.then(() => restoreNodes(cluster)))
    const running = cluster.nodes.flatMap(({ redis }) => redis ?? [])
    this.servers = [...new Set([...this.servers, ...running])]
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

async function restoreNodes(cluster: RedisCluster): Promise<void> {
  for (const { port, redis } of cluster.nodes) if (!redis) await cluster.restore(port)
}
