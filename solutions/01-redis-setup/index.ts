// A health check: is Redis reachable, and does it accept our credentials? It prints one line for
// people and ends with exit code 0 or 1 for scripts.

import { exitWithError } from './fail.ts'
import { ping } from './ping.ts'
import { redisAddress } from './redis-url.ts'

try {
  const address = redisAddress()
  await ping(address)
  console.log(`Redis at ${address.host}:${address.port} answered PONG`)
} catch (error) {
  exitWithError(error)
}
