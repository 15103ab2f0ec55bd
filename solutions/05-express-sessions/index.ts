// A login that works on every instance: sessions are in Redis, and the instance that the router
// picks reads them there.
// Left out: a Redis that writes to disk. Ours loses all sessions when Redis itself restarts.

import { createServer } from 'node:http'
import { newApp } from './app.ts'
import { newClient } from './client.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'
import { logAnnouncement } from './log-announcement.ts'
import { announce, CHANNEL } from './instances.ts'
import { close, listen } from './server.ts'
import { newSessions } from './sessions.ts'

try {
  const client = newClient()
  const client2 = newClient()
  const client_sessions = newClient()
  const server = createServer(newApp(newSessions(client_sessions), 'sessions.html'))
  const started = start()

  onSigterm(async () => {
    await started
    await close(server) // first: requests in progress still need their session
    client2.destroy()
    await announce(client, 'stopped')
    await Promise.all([client.close(), client_sessions.close()])
  })
  await started

  async function start(): Promise<void> {
    await Promise.all([client.connect(), client2.connect(), client_sessions.connect()])
    await client2.subscribe(CHANNEL, logAnnouncement)
    await listen(server)
    await announce(client, 'started') // "started" means: accepts requests
  }
} catch (error) {
  exitWithError(error)
}
