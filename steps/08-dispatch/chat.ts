// The chat of one process: the app and its sockets.

import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { onAuth } from './auth.ts'
import { newApp } from './chat-app.ts'
import { onConnection } from './connection.ts'
import { close, listen } from './server.ts'

/** Creates a chat that does not listen yet: call start(). */
export function newChat() {
  // TODO(5) Create the bus here, and return it for step 9. In start(), await openDispatch() before
  // the server listens. In stop(), await closeBus() after the sockets are closed: they dispatch when
  // they close.
  const server = createServer(newApp())
  // WebSocket only: long-polling sends many requests, and the router passes each to another
  // process.
  const io = new Server(server, { transports: ['websocket'] })
  io.use(onAuth)
  io.on('connection', onConnection)

  return {
    async start(): Promise<void> {
      await listen(server)
    },
    async stop(): Promise<void> {
      io.engine.close() // devices reconnect by themselves, to another process
      await close(server)
    },
  }
}
