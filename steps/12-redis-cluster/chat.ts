// The chat of one process: the app, its sockets, and a client of the cluster.

import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { onAuth, secretKey } from './auth.ts'
import { catchUpRegularly } from './catch-up.ts'
import { newApp } from './chat-app.ts'
import { onConnection } from './connection.ts'
import { openDispatch, receive } from './dispatch.ts'
import { openHistory } from './history.ts'
import { newClient } from './redis-client.ts'
import { close, listen } from './server.ts'
import { openSubscriptions } from './subscriptions.ts'

/** Creates a chat that does not listen yet: call start(). */
export function newChat() {
  secretKey() // refuse to start without one
  const client = newClient()
  const server = createServer(newApp())
  // WebSocket only: long-polling sends many requests, and the router passes each to another
  // process.
  const io = new Server(server, { transports: ['websocket'] })
  io.use(onAuth)
  io.on('connection', onConnection)

  return {
    async start(): Promise<void> {
      openHistory(client)
      openDispatch(client)
      openSubscriptions(client, receive)
      await client.connect()
      await listen(server)
      catchUpRegularly()
    },
    async stop(): Promise<void> {
      io.engine.close() // devices reconnect by themselves, to another process
      await close(server)
      await client.close() // last: sockets that close dispatch `deviceGone`
    },
  }
}
