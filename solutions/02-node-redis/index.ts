// The PING of step 1 with the redis package, in a program that keeps running: Redis may start
// late, go down, and come back. connect() resolves when Redis has accepted the connection.

import { newClient } from './client.ts'
import { exitWithError } from './fail.ts'
import { redisAddress } from './redis-url.ts'

try {
  const { host, port } = redisAddress()
  const client = newClient()
  await client.connect()
  await client.ping()
  console.log(`connected to ${host}:${port}`)
} catch (error) {
  exitWithError(error)
}
