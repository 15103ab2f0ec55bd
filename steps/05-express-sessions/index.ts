// A login that should work on every instance. It works on the one that the user logged in to.

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
  // TODO(1) Create a third connection, client_sessions, and pass it to newSessions(). Connect it in
  // start(). Optional: close it during the shutdown, like `client`, after the server.
  const server = createServer(newApp(newSessions(), 'sessions.html'))
  const started = start()

  onSigterm(async () => {
    await started
    await close(server) // first: requests in progress still need their session
    client2.destroy()
    await announce(client, 'stopped')
    await client.close()
  })
  await started

  async function start(): Promise<void> {
    await Promise.all([client.connect(), client2.connect()])
    await client2.subscribe(CHANNEL, logAnnouncement)
    await listen(server)
    await announce(client, 'started') // "started" means: accepts requests
  }
} catch (error) {
  exitWithError(error)
}
