import {
  type ClusterProxy,
  Recording,
  type RedisProxy,
  startClusterProxy,
  startProxy,
} from '../proxy/index.ts'
import { RedisCluster } from '../redis/index.ts'

/** Where the Redis of a run is. */
export interface RunRedis {
  host: string
  port: number
  tls: boolean
  /** With credentials, if there are any. */
  url: string
}

/** A recording proxy between each instance and Redis. It can also refuse connections. */
export class RedisProxies {
  /** What crosses between them. */
  readonly recording = new Recording({ limit: 1000 })
  readonly #proxies = new Map<string, RedisProxy | ClusterProxy>()
  /** Whether the instances find Redis down. */
  redisDown = false
  #toggling = Promise.resolve()

  /** @param redis where they connect to */
  constructor(private readonly redis: RunRedis | RedisCluster) {}

  /** The proxy of an instance. */
  get(instance: string): RedisProxy | ClusterProxy | undefined {
    return this.#proxies.get(instance)
  }

  /** Starts a proxy for an instance. @returns the config vars with which it finds its Redis */
  async add(instance: string): Promise<Record<string, string>> {
    if (this.redis instanceof RedisCluster) return this.addToCluster(instance, this.redis)
    const { host, port, tls } = this.redis
    const url = new URL(this.redis.url)
    const proxy = await startProxy({
      instance,
      recording: this.recording,
      upstream: { host, port, tls },
      secrets: url.password ? [decodeURIComponent(url.password)] : [],
    })
    this.#proxies.set(instance, proxy)
    if (this.redisDown) await proxy.disable()
    // The connection from the instance to the proxy stays on this machine: it needs no TLS.
    const path = url.pathname === '/' ? '' : url.pathname
    return { REDIS_URL: `redis://${credentials(url)}127.0.0.1:${proxy.port}${path}` }
  }

  private async addToCluster(
    instance: string,
    { nodes }: RedisCluster,
  ): Promise<Record<string, string>> {
    const ports = nodes.map(({ port }) => port)
    const proxy = await startClusterProxy(instance, this.recording, ports)
    this.#proxies.set(instance, proxy)
    if (this.redisDown) await proxy.disable()
    for (const { port, redis } of nodes) if (!redis) await proxy.nodes.get(port)?.disable()
    return proxy.env
  }

  /** A node of the cluster refuses the connections of all instances, or accepts them again. */
  async setNodeDown(port: number, down: boolean): Promise<void> {
    for (const proxy of this.#proxies.values()) {
      const node = 'nodes' in proxy ? proxy.nodes.get(port) : undefined
      await (down ? node?.disable() : node?.enable())
    }
  }

  /** Closes the proxy of an instance that does not start again. */
  async remove(instance: string): Promise<void> {
    await this.#proxies.get(instance)?.close()
    this.#proxies.delete(instance)
  }

  /** Closes them all. */
  async close(): Promise<void> {
    for (const name of this.#proxies.keys()) await this.remove(name)
  }

  /** Closes and refuses the connections of the instances of this run, or accepts them again. */
  async setRedisDown(down: boolean): Promise<void> {
    this.redisDown = down
    // One after the other, or a quick second key would find a proxy halfway.
    this.#toggling = this.#toggling.then(async () => {
      for (const proxy of this.#proxies.values())
        await (down ? proxy.disable() : proxy.enable())
    })
    await this.#toggling
  }
}

function credentials({ username, password }: URL): string {
  return username || password ? `${username}:${password}@` : ''
}
