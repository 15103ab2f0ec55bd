import { Recording, type RedisProxy, startProxy } from '../proxy/index.ts'

/** Where the Redis of a run is. */
export interface RunRedis {
  host: string
  port: number
  tls: boolean
  /** With credentials, if there are any. */
  url: string
}

/** Between every instance and Redis: what crosses there can be shown, and Redis taken away. */
export class RedisProxies {
  /** What crosses between them. */
  readonly recording = new Recording({ limit: 1000 })
  private readonly proxies = new Map<string, RedisProxy>()
  /** Whether Redis was taken away. */
  redisDown = false
  private toggling = Promise.resolve()

  /** @param redis where they lead to */
  constructor(private readonly redis: RunRedis) {}

  /** The one of an instance. */
  get(instance: string): RedisProxy | undefined {
    return this.proxies.get(instance)
  }

  /** Opens a tap for an instance. @returns its `REDIS_URL` */
  async add(instance: string): Promise<string> {
    const { host, port, tls } = this.redis
    const url = new URL(this.redis.url)
    const tap = await startProxy({
      instance,
      recording: this.recording,
      upstream: { host, port, tls },
      secrets: url.password ? [decodeURIComponent(url.password)] : [],
    })
    this.proxies.set(instance, tap)
    if (this.redisDown) await tap.disable()
    // The way from the instance to the tap never leaves this machine: it needs no TLS.
    const path = url.pathname === '/' ? '' : url.pathname
    return `redis://${credentials(url)}127.0.0.1:${tap.port}${path}`
  }

  /** Closes the tap of an instance that is gone for good. */
  async remove(instance: string): Promise<void> {
    await this.proxies.get(instance)?.close()
    this.proxies.delete(instance)
  }

  /** Closes them all. */
  async close(): Promise<void> {
    for (const name of this.proxies.keys()) await this.remove(name)
  }

  /** Takes Redis away from the instances of this run, or brings it back. */
  async setRedisDown(away: boolean): Promise<void> {
    this.redisDown = away
    // One after the other, or a quick second key would meet a tap halfway.
    this.toggling = this.toggling.then(async () => {
      for (const tap of this.proxies.values()) await (away ? tap.disable() : tap.enable())
    })
    await this.toggling
  }
}

function credentials({ username, password }: URL): string {
  return username || password ? `${username}:${password}@` : ''
}
