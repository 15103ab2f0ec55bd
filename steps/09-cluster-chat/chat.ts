// The chat of one process, put together: the app, its sockets, and the bus to all others.

import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { onAuth } from './auth.ts'
import { closeBus, newBus } from './bus.ts'
import { newApp } from './chat-app.ts'
import { onConnection } from './connection.ts'
import { openDispatch } from './dispatch.ts'
import { close, listen } from './server.ts'

/** A chat that is not open yet: call start(). */
export function newChat() {
  const bus = newBus()
  const server = createServer(newApp())
  // Long-polling is many requests, and the router sends each to another process.
  const io = new Server(server, { transports: ['websocket'] })
  io.use(onAuth)
  io.on('connection', onConnection)

  return {
    bus,
    async start(): Promise<void> {
      await openDispatch(bus) // first: whoever is connected must not miss anything
      await listen(server)
    },
    async stop(): Promise<void> {
      io.engine.close() // devices come back by themselves, to another process
      await close(server)
      await closeBus(bus)
    },
  }
}
