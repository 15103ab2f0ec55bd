// The chat of one process: the app, its sockets, and two connections to Redis.

import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { onAuth, secretKey } from './auth.ts'
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
  const client2 = newClient()
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
      await client.connect()
      await openSubscriptions(client2, receive, redisIsBack)
      client.on('ready', redisIsBack)
      await listen(server)
    },
    async stop(): Promise<void> {
      io.engine.close() // devices reconnect by themselves, to another process
      await close(server)
      client2.destroy()
      await client.close() // last: sockets that close dispatch `deviceGone`
    },
  }

  // While Redis was offline, messages were stored and not received: all devices catch up again.
  function redisIsBack(): void {
    if (!client.isReady || !client2.isReady) return // when the other one is back, too
    // TODO(4) Start catchUp() for all devices before you await one of them: the live messages of a
    // device wait only while its catchUp() runs.
  }
}
