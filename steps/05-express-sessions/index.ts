// A login that should belong to the app, and belongs to one instance of it.

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
  // TODO(1) A third connection, client_sessions: make it here and hand it to newSessions(),
  // connect it in start(), close it at the end.
  const server = createServer(newApp(newSessions(), 'sessions.html'))
  const started = start()

  onSigterm(async () => {
    await started
    await close(server) // first: what is being answered still needs its session
    client2.destroy()
    await announce(client, 'stopped')
    await client.close()
  })
  await started

  async function start(): Promise<void> {
    await Promise.all([client.connect(), client2.connect()])
    await client2.subscribe(CHANNEL, logAnnouncement)
    await listen(server)
    await announce(client, 'started') // "started" means: can be asked
  }
} catch (error) {
  exitWithError(error)
}
