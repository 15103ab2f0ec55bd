// Where the cluster is. REDIS_URL names a few of its nodes, separated by commas, and they name the
// others. REDIS_ADDRESS_MAP is for networks in which a node is not reached at the address that it
// announces: containers, tunnels, and here the recording proxies of the workshop.
// Left out: a TLS certificate per node.

import { redisAddresses } from './redis-url.ts'

/** The nodes of REDIS_URL. Other nodes get the same credentials. */
export function rootNodes() {
  const addresses = redisAddresses()
  const { username, password } = addresses[0]
  const roots = addresses.map(({ url }) => ({ url }))
  return {
    roots,
    credentials: { ...(username && { username }), ...(password && { password }) },
  }
}

/** The address to use instead of the one that a node announces; undefined if there is no other. */
export function nodeAddressMap(announced: string): { host: string; port: number } | undefined {
  // 10.0.0.1:6379=127.0.0.1:7001,10.0.0.2:6379=127.0.0.1:7002
  const pairs = (process.env.REDIS_ADDRESS_MAP ?? '').split(',').map((pair) => pair.split('='))
  const address = new Map(pairs.map(([from, to]) => [from, to])).get(announced)
  if (!address) return undefined
  const [host = '', port] = address.split(':')
  return { host, port: Number(port) }
}
