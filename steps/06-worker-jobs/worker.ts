// Should do the jobs of all users, whoever took them. It has no port: Redis is its only door.

import { isMainThread } from 'node:worker_threads'
import { newClient, type Client } from './client.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'
import { watchEventLoop } from './event-loop-delay.ts'
import { logAnnouncement } from './log-announcement.ts'
import { announce, CHANNEL } from './instances.ts'
import { runInThread } from './worker-thread.ts'

if (isMainThread) await main().catch(exitWithError)
else runInThread()

async function main(): Promise<void> {
  const client = newClient()
  const client2 = newClient()
  const started = start(client, client2)

  onSigterm(async () => {
    await started
    client2.destroy()
    await announce(client, 'stopped')
    await client.close()
  })
  await started
  watchEventLoop()
}

async function start(client: Client, client2: Client): Promise<void> {
  await Promise.all([client.connect(), client2.connect()])
  await client2.subscribe(CHANNEL, logAnnouncement)
  // TODO(3) Hear every job with one pattern. readChannel() and readJob() tell whose it is and
  // whether it is one; countInThread() does it, withLimit() sees to it that not all run at once.
  // Publish {"done":0.5} on PROGRESS:<user>:<name> on the way, {"result":…} on DONE:<user>:<name>
  // at the end.

  // TODO(5) Optional: two workers both do the job. The first to write a key `job:<id>` shall have it.
  await announce(client, 'started')
}
