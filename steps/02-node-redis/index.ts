// The PING of step 1 with the redis package, and a program that stays: Redis may come late, go
// away and come back.

import { newClient } from './client.ts'
import { fail } from './fail.ts'
import { redisAddress } from './redis-url.ts'

try {
  const { host, port } = redisAddress()
  newClient()
  // TODO(1) A client is not a connection yet: connect, send PING, and only then say this.
  console.log(`connected to ${host}:${port}`)
} catch (error) {
  fail(error)
}
