// A connection that survives an outage of Redis: the package reconnects by itself, with growing
// pauses, provided that 'error' has a listener. Without one Node.js ends the process.

import { createClient } from 'redis'
import { redisAddress } from './redis-url.ts'

export type Client = ReturnType<typeof newClient>

/** Creates a client that is not connected yet: call connect(). It logs when it is lost and back. */
export function newClient() {
  const { url } = redisAddress()
  const client = createClient({ url })

  // TODO(2) Listen to 'error'. If the connection was ready until now, print "connection lost". If
  // Redis cannot be reached, print `Redis at HOST:PORT ${describeError(error)}` (see fail.ts),
  // once and not at every attempt.

  // TODO(3) Listen to 'ready'. If the connection had been lost, print "reconnected".

  return client
}
