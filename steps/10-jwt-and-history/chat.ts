// The chat of one process: the app, its sockets, and the bus to the other processes.

import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { onAuth, secretKey } from './auth.ts'
import { closeBus, newBus } from './bus.ts'
import { newApp } from './chat-app.ts'
import { onConnection } from './connection.ts'
import { openDispatch } from './dispatch.ts'
import { openHistory } from './history.ts'
import { newClient } from './redis-client.ts'
import { close, listen } from './server.ts'

/** Creates a chat that does not listen yet: call start(). */
export function newChat() {
  secretKey() // refuse to start without one
  const bus = newBus()
  const client = newClient()
  const server = createServer(newApp())
  // WebSocket only: long-polling sends many requests, and the router passes each to another
  // process.
  const io = new Server(server, { transports: ['websocket'] })
  io.use(onAuth)
  io.on('connection', onConnection)

  return {
    async start(): Promise<void> {
      await openHistory(client)
      await openDispatch(bus) // before listening: a connected device must not miss a message
      await listen(server)
    },
    async stop(): Promise<void> {
      io.engine.close() // devices reconnect by themselves, to another process
      await close(server)
      await closeBus(bus) // last: sockets that close dispatch `deviceGone`
      client.destroy()
    },
  }
}
