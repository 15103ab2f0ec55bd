import { findRedisServer } from './find.ts'
import type { FindOptions } from './find.ts'
import { probeRedis } from './probe.ts'
import { startRedis } from './start.ts'
import { parseRedisUrl, formatHostPort } from './url.ts'
import type { RedisAddress } from './url.ts'

/** The Redis that a run uses. */
export interface ResolvedRedis {
  /** Given by REDIS_URL, or private to this run. */
  kind: 'given' | 'private'
  /** Where a tap connects to, and with what its client logs in. */
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
  /** See `StartOptions`. */
  onSpawn?: (pid: number) => unknown
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
  const { onSpawn } = options
  const { host, port, url, stop } = await startRedis(server, onSpawn ? { onSpawn } : {})
  return {
    kind: 'private',
    upstream: { host, port, tls: false },
    url,
    describe: `${server.product} ${server.version} at ${host}:${port} (${server.source})`,
    stop,
  }
}
