// Is there a Redis, and does it let us in? Asked once, answered in one line, then the program
// ends: exit code 0 or 1 tells a script what the line tells a person.

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
