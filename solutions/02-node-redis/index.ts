// The PING of step 1 with the redis package, and a program that stays: Redis may come late, go
// away and come back. connect() only resolves once Redis has accepted us, so nothing is claimed
// too early.

import { newClient } from './client.ts'
import { fail } from './fail.ts'
import { redisAddress } from './redis-url.ts'

try {
  const { host, port } = redisAddress()
  const client = newClient()
  await client.connect()
  await client.ping()
  console.log(`connected to ${host}:${port}`)
} catch (error) {
  fail(error)
}
