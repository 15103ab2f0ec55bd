// Instances that know of each other. First listen, then speak: a message is delivered to those
// who are subscribed at that moment and kept for nobody.
// Left out: what happens when a message is not the JSON we expect (step 4).

import { newClient } from './client.ts'
import { fail } from './fail.ts'
import { announce, CHANNEL, type Announcement } from './instances.ts'

try {
  const client = newClient()
  const client2 = newClient() // listens only; duplicate() would come without error listener
  await client.connect()
  await client2.connect()

  await client2.subscribe(CHANNEL, (message) => {
    const { instance, event }: Announcement = JSON.parse(message)
    console.log(`${instance} ${event}`)
  })
  await announce(client, 'started')
} catch (error) {
  fail(error)
}
