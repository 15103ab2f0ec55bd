// Instances that say when they come and when they go, so that the others can rely on it.
// Left out: an instance that crashes says nothing. Who must know needs a heartbeat, not a farewell.

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
    await started // "stopped" must not overtake "started"
    client2.destroy() // nothing more to hear, nothing to wait for
    await announce(client, 'stopped')
    await client.close()
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
  if (announcement) console.log(`${announcement.instance} ${announcement.event}`)
  else console.warn(`ignored, not an announcement: ${JSON.stringify(message.slice(0, 80))}`)
}
