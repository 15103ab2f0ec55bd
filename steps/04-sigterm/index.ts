// Instances that announce when they start and when they stop.

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
    // TODO(2) Announce 'stopped' and close both connections. Optional: first await the promise
    // `started`, so that the message "stopped" cannot overtake "started".
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
  // TODO(4) If it is undefined, log a warning and continue.
  if (announcement) console.log(`${announcement.instance} ${announcement.event}`)
}
