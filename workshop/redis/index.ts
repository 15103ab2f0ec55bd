// A Redis for every run: found on this machine, fetched, or given by REDIS_URL.
export { type Primary, RedisCluster } from './cluster.ts'
export { ProbeClient } from './probe-client.ts'
export { type ResolvedRedis, resolveRedis } from './resolve.ts'
export { fetchRedis, findRedisServer } from './find.ts'
export { expectRedis, probeRedis } from './probe.ts'
export { type RunningRedis, startRedis } from './start.ts'
export { type RedisAddress, formatHostPort, parseRedisUrl } from './url.ts'
export type { RedisServer } from './server.ts'
