// The worker program: it should receive the jobs of all users from Redis and publish their results.

import { isMainThread } from 'node:worker_threads'
import { channelOf } from './channels.ts'
import { newClient, type Client } from './client.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'
import { watchEventLoop } from './event-loop-delay.ts'
import { logAnnouncement } from './log-announcement.ts'
import { announce, CHANNEL } from './instances.ts'
import { countInThread, runInThread } from './worker-thread.ts'

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
  // TODO(3) Subscribe to the jobs of all users with one pattern. readChannel() returns the user and
  // the name of the job, readJob() the job. Ignore a message that is not a valid job. For the others
  // call doJob(). Catch and log its error, which would end the worker. Optional: call it inside
  // withLimit(), so that at most four jobs run at a time.
  await announce(client, 'started')
}

async function doJob(client: Client, user: string, name: string, input: number): Promise<void> {
  const progress = channelOf('PROGRESS', user, name)
  const result = await countInThread(input, (done) => {
    // A lost progress message does no harm: the next one follows.
    client.publish(progress, JSON.stringify({ done })).catch(() => {})
  })
  // TODO(3) Publish {"result":…} on DONE:<user>:<name>.
}

// TODO(5) Optional. Every worker receives every job: let only the worker that writes the key
// `job:<id>` first do it.
