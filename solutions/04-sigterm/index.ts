// Instances that announce when they start and when they stop.
// Left out: an instance that crashes publishes nothing. To notice that, you need heartbeats.

import { newClient, type Client } from './client.ts'
import { exitWithError } from './fail.ts'
import { announce, CHANNEL } from './instances.ts'
import { parseAnnouncement } from './parse-announcement.ts'
import { onSigterm } from './shutdown.ts'

try {
  const client = newClient()
  const client2 = newClient() // subscribes only; duplicate() would copy no error listener
  const started = start(client, client2)

  onSigterm(async () => {
    await started // "stopped" must not overtake "started"
    client2.destroy() // closes at once; there is nothing left to receive
    await announce(client, 'stopped')
    await client.close()
  })
  await started
} catch (error) {
  exitWithError(error)
}

async function start(client: Client, client2: Client): Promise<void> {
  await client.connect()
  await client2.connect()
  await client2.subscribe(CHANNEL, logAnnouncement)
  await announce(client, 'started')
}

function logAnnouncement(message: string): void {
  const announcement = parseAnnouncement(message)
  if (announcement) console.log(`${announcement.instance} ${announcement.event}`)
  else console.warn(`ignored a malformed message: ${JSON.stringify(message.slice(0, 80))}`)
}
