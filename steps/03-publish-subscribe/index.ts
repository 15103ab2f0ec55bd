// Instances that announce themselves. Subscribe first, then publish: a message is delivered to the
// connections that are subscribed at that moment, and Redis stores nothing.

import { newClient } from './client.ts'
import { exitWithError } from './fail.ts'
import { announce } from './instances.ts'

try {
  const client = newClient()
  await client.connect()
  await announce(client, 'started')

  // TODO(1) Open a second connection, client2, that only subscribes.

  // TODO(2) Subscribe it to CHANNEL with a handler that parses the JSON and prints, for example,
  // "web.2 started".

  // TODO(3) announce() publishes before anything is subscribed. Call it later, so that this instance
  // receives its own message.
} catch (error) {
  exitWithError(error)
}
