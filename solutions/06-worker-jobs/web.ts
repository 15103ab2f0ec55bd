// The web program: it publishes the jobs that browsers ask for, and forwards progress and results
// to the user's devices. It does no job itself.

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
import { newSockets, forwardToDevices } from './sockets.ts'

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
    await client2.pSubscribe(['DONE:*', 'PROGRESS:*'], (message, channel) => {
      forwardToDevices(io, message, channel)
    })
    await listen(server)
    await announce(client, 'started')
  }
} catch (error) {
  exitWithError(error)
}
