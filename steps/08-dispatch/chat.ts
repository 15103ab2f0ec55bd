// The chat of one process, put together: the app and its sockets.

import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { onAuth } from './auth.ts'
import { newApp } from './chat-app.ts'
import { onConnection } from './connection.ts'
import { close, listen } from './server.ts'

/** A chat that is not open yet: call start(). */
export function newChat() {
  // TODO(5) A chat has a bus: open it here, openDispatch() before anybody can connect, and close it
  // when nobody is connected any more.
  const server = createServer(newApp())
  // Long-polling is many requests, and the router sends each to another process.
  const io = new Server(server, { transports: ['websocket'] })
  io.use(onAuth)
  io.on('connection', onConnection)

  return {
    async start(): Promise<void> {
      await listen(server)
    },
    async stop(): Promise<void> {
      io.engine.close() // devices come back by themselves, to another process
      await close(server)
    },
  }
}
