// The worker program: it receives the jobs of all users from Redis and publishes their results.
// Left out: a queue. A job is lost if its worker crashes or no worker is running. A Redis list or
// stream would keep it.

import { isMainThread } from 'node:worker_threads'
import { channelOf, readChannel } from './channels.ts'
import { newClient, type Client } from './client.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'
import { watchEventLoop } from './event-loop-delay.ts'
import { logAnnouncement } from './log-announcement.ts'
import { announce, CHANNEL } from './instances.ts'
import { readJob } from './jobs.ts'
import { countInThread, runInThread, withLimit } from './worker-thread.ts'

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
  await client2.pSubscribe('JOB:*', (message, channel) => {
    onJob(client, message, channel).catch((error) => console.error(`${channel}:`, error))
  })
  await announce(client, 'started')
}

/** Validates a message, and does the job if no other worker has it. */
async function onJob(client: Client, message: string, channel: string): Promise<void> {
  const { user, name = '' } = readChannel(channel) ?? {}
  const job = readJob(name, message)
  if (!user || !job) return console.warn(`ignored, not a job: ${channel.slice(0, 80)}`)
  await withLimit(async () => {
    if (await claim(client, job.id)) await doJob(client, user, name, job.input)
  })
}

async function doJob(client: Client, user: string, name: string, input: number): Promise<void> {
  const progress = channelOf('PROGRESS', user, name)
  const result = await countInThread(input, (done) => {
    // A lost progress message does no harm: the next one follows.
    client.publish(progress, JSON.stringify({ done })).catch(() => {})
  })
  await client.publish(channelOf('DONE', user, name), JSON.stringify({ result }))
}

// Every worker receives every job. The first one to write the job's key does it.
async function claim(client: Client, id: string): Promise<boolean> {
  const reply = await client.set(`job:${id}`, process.env.DYNO || 'worker.1', {
    condition: 'NX',
    expiration: { type: 'EX', value: 3600 },
  })
  return reply === 'OK'
}
