// Instances that say when they come and when they go, so that the others can rely on it.

import { newClient, type Client } from './client.ts'
import { fail } from './fail.ts'
import { onSigterm } from './farewell.ts'
import { announce, CHANNEL } from './instances.ts'
import { readAnnouncement } from './read.ts'

try {
  const client = newClient()
  const client2 = newClient() // listens only; duplicate() would come without error listener
  const started = start(client, client2)

  onSigterm(async () => {
    // TODO(2) Wait until `started` is through, tell the others 'stopped', close both connections.
  })
  await started
} catch (error) {
  fail(error)
}

async function start(client: Client, client2: Client): Promise<void> {
  await client.connect()
  await client2.connect()
  await client2.subscribe(CHANNEL, hear)
  await announce(client, 'started')
}

function hear(message: string): void {
  const announcement = readAnnouncement(message)
  // TODO(4) Not an announcement? Warn, and go on.
  if (announcement) console.log(`${announcement.instance} ${announcement.event}`)
}
