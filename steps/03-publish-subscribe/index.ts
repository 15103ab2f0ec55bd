// Instances that know of each other. First listen, then speak: a message is delivered to those
// who are subscribed at that moment and kept for nobody.

import { newClient } from './client.ts'
import { fail } from './fail.ts'
import { announce } from './instances.ts'

try {
  const client = newClient()
  await client.connect()
  await announce(client, 'started')

  // TODO(1) Open a second connection, client2, that does nothing but listen.

  // TODO(2) Subscribe it to CHANNEL with a handler that takes the JSON apart and prints, for
  // example, "web.2 started".

  // TODO(3) Nobody hears announce() up there. Move it to where at least we ourselves do.
} catch (error) {
  fail(error)
}
