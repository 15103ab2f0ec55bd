import { errorMessage } from '../errors.ts'
import { type FindOptions, findRedisServer } from './find.ts'
import { probeRedis } from './probe.ts'
import { type Reaper, type RunningRedis, startRedis } from './start.ts'
import { type RedisAddress, parseRedisUrl, formatHostPort } from './url.ts'

/** The Redis that a run uses. */
export interface ResolvedRedis {
  /** Given by REDIS_URL, or private to this run. */
  kind: 'given' | 'private'
  /** Where a proxy connects to, and with what its client logs in. */
  upstream: RedisAddress
  /** For a program; has the password in it, so it is not for people. */
  url: string
  /** For people, one line: `Redis 7.0.15 at 127.0.0.1:34567 (redis-server from /usr/bin)`. */
  describe: string
  /** Ends a private one; leaves a given one alone. */
  stop(): Promise<void>
}

/** How to choose. */
export interface ResolveOptions extends FindOptions {
  reaper?: Reaper
  /** Starts a private one again, at the same address, when it ends without `stop`; `log` prints that. */
  keepRunning?: boolean
}

/**
 * The Redis of REDIS_URL when it is set, else a private one.
 *
 * @throws UserError (exit 2) when the given one cannot be used, or there is none to start
 */
export async function resolveRedis(options: ResolveOptions = {}): Promise<ResolvedRedis> {
  const url = (options.env ?? process.env)['REDIS_URL']
  return url ? useExternal(url) : startManaged(options)
}

async function useExternal(url: string): Promise<ResolvedRedis> {
  const probed = await probeRedis(url)
  return {
    kind: 'given',
    upstream: parseRedisUrl(url),
    url,
    describe: `Redis ${probed.version} at ${formatHostPort(probed)} (from REDIS_URL)`,
    stop: async () => {},
  }
}

async function startManaged(options: ResolveOptions): Promise<ResolvedRedis> {
  const server = await findRedisServer(options)
  const { reaper, keepRunning } = options
  const start = (port?: number) =>
    startRedis(server, { ...(reaper && { reaper }), ...(port && { port }) })
  const first = await start()
  const { host, port, url } = first
  const stop = keepRunning
    ? keepStarted(first, () => start(port), options.log)
    : () => first.stop()
  return {
    kind: 'private',
    upstream: { host, port, tls: false },
    url,
    describe: `${server.product} ${server.version} at ${host}:${port} (${server.source})`,
    stop,
  }
}

// A server that ends this soon after its start would only end again.
const leastUptimeMs = 1_000

// @returns how to end it for good
function keepStarted(
  first: RunningRedis,
  restart: () => Promise<RunningRedis>,
  log: (line: string) => void = () => {},
): () => Promise<void> {
  let current = Promise.resolve(first)
  let stopped = false
  const watch = async (redis: RunningRedis): Promise<void> => {
    const since = performance.now()
    const reason = await redis.lost
    if (stopped) return
    const ended = `Redis at ${redis.host}:${redis.port} has ended (${reason})`
    if (performance.now() - since < leastUptimeMs) return log(`${ended} again. Run this again`)
    current = restart()
    try {
      const next = await current
      log(`${ended} and was started again. It is empty now; clients reconnect`)
      void watch(next)
    } catch (error) {
      current = Promise.resolve(redis)
      log(`${ended} and cannot be started again: ${errorMessage(error)}`)
    }
  }
  void watch(first)
  return async () => {
    stopped = true
    await (await current.catch(() => first)).stop()
  }
}
