// The PING of step 1 with the redis package, in a program that keeps running: Redis may start
// late, go down, and come back.

import { newClient } from './client.ts'
import { exitWithError } from './fail.ts'
import { redisAddress } from './redis-url.ts'

try {
  const { host, port } = redisAddress()
  newClient()
  // TODO(1) Creating a client opens no connection. Connect, send PING, and only then print this.
  console.log(`connected to ${host}:${port}`)
} catch (error) {
  exitWithError(error)
}
