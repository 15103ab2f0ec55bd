// The web program: it does the jobs that browsers ask for, and should not.

import { createServer } from 'node:http'
import { newApp } from './app.ts'
import { newClient } from './client.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'
import { watchEventLoop } from './event-loop-delay.ts'
import { logAnnouncement } from './log-announcement.ts'
import { announce, CHANNEL } from './instances.ts'
import { close, listen } from './server.ts'
import { newSessions } from './sessions.ts'
import { newSockets } from './sockets.ts'

try {
  const client = newClient()
  const client2 = newClient()
  const client_sessions = newClient()
  const sessions = newSessions(client_sessions)
  const server = createServer(newApp(sessions, 'jobs.html'))
  const io = newSockets(server, sessions, client)
  const started = start()

  onSigterm(async () => {
    await started
    io.engine.close() // browsers reconnect by themselves, to another instance
    await close(server)
    client2.destroy()
    await announce(client, 'stopped')
    await Promise.all([client.close(), client_sessions.close()])
  })
  await started
  watchEventLoop()

  async function start(): Promise<void> {
    await Promise.all([client.connect(), client2.connect(), client_sessions.connect()])
    await client2.subscribe(CHANNEL, logAnnouncement)
    // TODO(4) Subscribe to the pattern DONE:*, and pass what you receive to forwardToDevices().
    // Optional: PROGRESS:*, too. It moves the bar in the page.
    await listen(server)
    await announce(client, 'started')
  }
} catch (error) {
  exitWithError(error)
}
