// A client of a Redis Cluster. The package keeps a connection to each primary, and opens one more to
// those at which it subscribes. It learns from any node which slots are where, and again whenever
// one answers MOVED.

import { createCluster } from 'redis'
import { nodeAddressMap, rootNodes } from './cluster-address.ts'
import { describeError } from './fail.ts'

export type Client = ReturnType<typeof newClient>

/** Creates a client that is not connected yet. It reconnects by itself. */
export function newClient() {
  const { roots, credentials } = rootNodes()
  const client = createCluster({
    // One of them is enough to find the others, so any of the rest may be down.
    rootNodes: roots,
    nodeAddressMap,
    // A replica takes over within seconds: look often, and ask the others soon who is primary now.
    topologyRefreshOnReconnectionAttemptStrategy: 200,
    defaults: {
      ...credentials,
      socket: { reconnectStrategy: 100 },
      // A command for a node that is down fails at once: the sender of a message wants to know.
      disableOfflineQueue: true,
    },
  })
  let lastLine = ''
  const report = (error: unknown) => {
    const line = `a node of Redis ${describeError(error)}`
    if (line !== lastLine) console.error(`${line} (will retry)`) // once, not at every attempt
    lastLine = line
  }
  client.on('node-ready', () => (lastLine = ''))
  client.on('error', report) // without a listener, the loss of a node would end the process
  client.on('node-error', report)
  return client
}
