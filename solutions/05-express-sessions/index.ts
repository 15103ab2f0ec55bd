// A login that belongs to the app and not to one instance of it: the session lies in Redis, and
// whichever instance the router picks finds it there.
// Left out: a Redis that writes to disk. Ours forgets every session when it is restarted itself.

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
    await close(server) // first: what is being answered still needs its session
    client2.destroy()
    await announce(client, 'stopped')
    await Promise.all([client.close(), client_sessions.close()])
  })
  await started

  async function start(): Promise<void> {
    await Promise.all([client.connect(), client2.connect(), client_sessions.connect()])
    await client2.subscribe(CHANNEL, logAnnouncement)
    await listen(server)
    await announce(client, 'started') // "started" means: can be asked
  }
} catch (error) {
  exitWithError(error)
}
