// A connection that outlives Redis: the redis package dials again on its own, with growing
// pauses, but only if somebody listens to 'error'. Without a listener Node ends the program.

import { createClient } from 'redis'
import { redisAddress } from './redis-url.ts'

export type Client = ReturnType<typeof newClient>

/** A connection that is not open yet: call connect(). It says when it is lost and when it is back. */
export function newClient() {
  const { url } = redisAddress()
  const client = createClient({ url })

  // TODO(2) Listen to 'error'. When the connection was there a moment ago, print
  // "connection lost". When Redis refuses, say so: `Redis at HOST:PORT ${reason(error)}`

  // TODO(3) Listen to 'ready'. When the connection had been lost, print "reconnected".

  return client
}
