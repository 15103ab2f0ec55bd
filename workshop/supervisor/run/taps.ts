import { Recording, type Tap, openTap } from '../../wire/index.ts'

/** Where the Redis of a run is. */
export interface RunRedis {
  host: string
  port: number
  tls: boolean
  /** With credentials, if there are any. */
  url: string
}

/** Between every instance and Redis: what crosses there can be shown, and Redis taken away. */
export class Taps {
  /** What crosses between them. */
  readonly recording = new Recording({ limit: 1000 })
  private readonly open = new Map<string, Tap>()
  /** Whether Redis was taken away. */
  away = false
  private toggling = Promise.resolve()

  /** @param redis where they lead to */
  constructor(private readonly redis: RunRedis) {}

  /** The one of an instance. */
  of(instance: string): Tap | undefined {
    return this.open.get(instance)
  }

  /** Opens a tap for an instance. @returns its `REDIS_URL` */
  async add(instance: string): Promise<string> {
    const { host, port, tls } = this.redis
    const url = new URL(this.redis.url)
    const tap = await openTap({
      instance,
      recording: this.recording,
      upstream: { host, port, tls },
      secrets: url.password ? [decodeURIComponent(url.password)] : [],
    })
    this.open.set(instance, tap)
    if (this.away) await tap.down()
    // The way from the instance to the tap never leaves this machine: it needs no TLS.
    const path = url.pathname === '/' ? '' : url.pathname
    return `redis://${credentials(url)}127.0.0.1:${tap.port}${path}`
  }

  /** Closes the tap of an instance that is gone for good. */
  async remove(instance: string): Promise<void> {
    await this.open.get(instance)?.close()
    this.open.delete(instance)
  }

  /** Closes them all. */
  async close(): Promise<void> {
    for (const name of this.open.keys()) await this.remove(name)
  }

  /** Takes Redis away from the instances of this run, or brings it back. */
  async setAway(away: boolean): Promise<void> {
    this.away = away
    // One after the other, or a quick second key would meet a tap halfway.
    this.toggling = this.toggling.then(async () => {
      for (const tap of this.open.values()) await (away ? tap.down() : tap.up())
    })
    await this.toggling
  }
}

function credentials({ username, password }: URL): string {
  return username || password ? `${username}:${password}@` : ''
}
