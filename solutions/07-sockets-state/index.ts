// A chat in one process: its memory contains all connected devices. No Redis yet.
// Left out: storage. A device that is not connected when a message is sent never gets it.

import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { newApp } from './chat-app.ts'
import { onAuth } from './auth.ts'
import { onConnection } from './connection.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'
import { close, listen } from './server.ts'

try {
  const server = createServer(newApp())
  const io = new Server(server)
  io.use(onAuth)
  io.on('connection', onConnection)
  const started = listen(server)

  onSigterm(async () => {
    await started
    io.engine.close() // devices reconnect by themselves, to another instance
    await close(server)
  })
  await started
} catch (error) {
  exitWithError(error)
}
