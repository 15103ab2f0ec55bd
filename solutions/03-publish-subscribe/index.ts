// Instances that announce themselves. Subscribe first, then publish: a message is delivered to the
// connections that are subscribed at that moment, and Redis stores nothing.
// Left out: validating messages (step 4).

import { newClient } from './client.ts'
import { exitWithError } from './fail.ts'
import { announce, CHANNEL, type Announcement } from './instances.ts'

try {
  const client = newClient()
  const client2 = newClient() // subscribes only; duplicate() would copy no error listener
  await client.connect()
  await client2.connect()

  await client2.subscribe(CHANNEL, (message) => {
    const { instance, event }: Announcement = JSON.parse(message)
    console.log(`${instance} ${event}`)
  })
  await announce(client, 'started')
} catch (error) {
  exitWithError(error)
}
