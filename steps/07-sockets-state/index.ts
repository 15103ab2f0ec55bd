// A chat in one process: whoever is connected is in its memory, and a message goes from hand to
// hand there. No Redis yet. That it works so well is what makes the next step necessary.
// Left out: memory. Whoever is not connected when a message is sent never sees it.

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
    io.engine.close() // devices come back by themselves, to another instance
    await close(server)
  })
  await started
} catch (error) {
  exitWithError(error)
}
