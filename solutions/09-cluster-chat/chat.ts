// The chat of one process: the app, its sockets, and the bus to the other processes.

import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { onAuth } from './auth.ts'
import { closeBus, newBus } from './bus.ts'
import { newApp } from './chat-app.ts'
import { onConnection } from './connection.ts'
import { openDispatch } from './dispatch.ts'
import { close, listen } from './server.ts'

/** Creates a chat that does not listen yet: call start(). */
export function newChat() {
  const bus = newBus()
  const server = createServer(newApp())
  // WebSocket only: long-polling sends many requests, and the router passes each to another
  // process.
  const io = new Server(server, { transports: ['websocket'] })
  io.use(onAuth)
  io.on('connection', onConnection)

  return {
    bus,
    async start(): Promise<void> {
      await openDispatch(bus) // first: a connected device must not miss a message
      await listen(server)
    },
    async stop(): Promise<void> {
      io.engine.close() // devices reconnect by themselves, to another process
      await close(server)
      await closeBus(bus) // last: sockets that close dispatch `deviceGone`
    },
  }
}
