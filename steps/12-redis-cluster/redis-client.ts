// A client of one Redis, as in step 11: it knows a single node, and that node alone.

import { createClient } from 'redis'
import { rootNodes } from './cluster-address.ts'
import { describeError } from './fail.ts'

export type Client = ReturnType<typeof newClient>

/** Creates a client that is not connected yet. It reconnects by itself. */
export function newClient() {
  // TODO(1) Make it createCluster(). Its options:
  // - rootNodes: the `roots` of rootNodes(); nodeAddressMap: the function in cluster-address.ts
  // - defaults, the options of each node: the credentials, and disableOfflineQueue as it is now (a
  //   command for a node that is down then fails at once)
  // - defaults.socket.reconnectStrategy and topologyRefreshOnReconnectionAttemptStrategy: much less
  //   than the two seconds in which a replica takes over (not checked)
  // A cluster emits `error`. For a single node it emits `node-error` and `node-ready`.
  const { roots, credentials } = rootNodes()
  const client = createClient({ ...roots[0], ...credentials, disableOfflineQueue: true })
  let lastLine = ''
  const report = (error: unknown) => {
    const line = `a node of Redis ${describeError(error)}`
    if (line !== lastLine) console.error(`${line} (will retry)`) // once, not at every attempt
    lastLine = line
  }
  client.on('ready', () => (lastLine = ''))
  client.on('error', report)
  return client
}
