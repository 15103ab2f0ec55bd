import type { Recording } from './recording.ts'
import { type RedisProxy, startProxy } from './redis-proxy.ts'

/** The proxies between one instance and the nodes of a cluster. What is done to it is done to all. */
export interface ClusterProxy extends RedisProxy {
  /** By the port of the node. */
  readonly nodes: ReadonlyMap<number, RedisProxy>
  /** The config vars with which an instance finds the nodes behind the proxies. */
  readonly env: { REDIS_URL: string; REDIS_ADDRESS_MAP: string }
}

const host = '127.0.0.1'
const rootCount = 3 // enough to find the others

/**
 * Starts a proxy in front of each node. The nodes themselves go on to call each other directly.
 *
 * @param ports of the nodes, on 127.0.0.1; the first three are the roots
 */
export async function startClusterProxy(
  instance: string,
  recording: Recording,
  ports: readonly number[],
): Promise<ClusterProxy> {
  const started = ports.map(async (port) => {
    const upstream = { host, port }
    const node = `${host}:${port}`
    return [port, await startProxy({ instance, recording, upstream, node })] as const
  })
  const nodes = new Map(await Promise.all(started))
  const all = [...nodes.values()]
  const roots = all.slice(0, rootCount).map(({ port }) => `redis://${host}:${port}`)
  const map = [...nodes].map(([port, proxy]) => `${host}:${port}=${host}:${proxy.port}`)
  const each = async (task: (proxy: RedisProxy) => Promise<void>) => {
    await Promise.all(all.map(task))
  }
  return {
    nodes,
    env: { REDIS_URL: roots.join(','), REDIS_ADDRESS_MAP: map.join(',') },
    port: all[0]?.port ?? 0,
    disable: () => each((proxy) => proxy.disable()),
    enable: () => each((proxy) => proxy.enable()),
    disconnect: (connection) => all.forEach((proxy) => proxy.disconnect(connection)),
    holdCommand: (match, until) => all.forEach((proxy) => proxy.holdCommand(match, until)),
    holdReply: (match, until) => all.forEach((proxy) => proxy.holdReply(match, until)),
    openConnections: () => all.flatMap((proxy) => proxy.openConnections()).toSorted(ascending),
    close: () => each((proxy) => proxy.close()),
  }
}

function ascending(one: number, other: number): number {
  return one - other
}
