// The sockets of browsers. A socket belongs to the user of its session, whatever its messages
// claim.
// Left out: closing the sockets of a session at logout. They are refused at their next job.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { RequestHandler } from 'express'
import type { Session, SessionData } from 'express-session'
import { Server as SocketServer, type Socket } from 'socket.io'
import { channelOf, readChannel } from './channels.ts'
import type { Client } from './client.ts'
import { fieldsOf } from './fields.ts'
import { fieldsOfJson, validateJob } from './jobs.ts'

declare module 'node:http' {
  interface IncomingMessage {
    session: Session & Partial<SessionData>
  }
}

type Answer = { receivers: number } | { error: string }

/** Accepts sockets of users who are logged in, and publishes the jobs that they ask for. */
export function newSockets(
  server: Server,
  sessions: RequestHandler,
  client: Client,
): SocketServer {
  // WebSocket only: long-polling sends many requests, and the router passes each to another
  // instance.
  const io = new SocketServer(server, {
    transports: ['websocket'],
    // Browsers send the cookie with a handshake from any page, so a foreign page could use it.
    allowRequest: (request, callback) => callback(null, isOwnPage(request)),
  })
  io.engine.use(sessions)
  io.use((socket, next) => {
    next(socket.request.session.user ? undefined : new Error('log in first'))
  })
  io.on('connection', (socket) => {
    void socket.join(roomOf(socket.request.session.user ?? ''))
    socket.on('job', async (request: unknown, reply: unknown) => {
      const answer = await ask(client, socket, request).catch(onPublishError)
      if (typeof reply === 'function') reply(answer)
    })
  })
  return io
}

/** Forwards a worker's message to the sockets of its user at this instance. */
export function forwardToDevices(io: SocketServer, message: string, channel: string): void {
  const { kind, user, name } = readChannel(channel) ?? {}
  const { done, result } = fieldsOfJson(message)
  const devices = io.to(roomOf(user ?? ''))
  if (kind === 'DONE' && result !== undefined) devices.emit('done', { name, result })
  else if (kind === 'PROGRESS' && typeof done === 'number')
    devices.emit('progress', { name, done })
  else
    console.warn(`ignored, not a message about a job: ${JSON.stringify(channel.slice(0, 80))}`)
}

async function ask(client: Client, socket: Socket, request: unknown): Promise<Answer> {
  const user = await userOf(socket)
  if (!user) return { error: 'log in again' }
  const { name, input } = fieldsOf(request)
  const error = validateJob(name, input)
  if (error) return { error }
  const job = JSON.stringify({ id: randomUUID(), input })
  const receivers = await client.publish(channelOf('JOB', user, String(name)), job)
  return receivers > 0 ? { receivers } : { error: 'no worker is running' }
}

// Reads the session again: a socket stays open after its user has logged out.
function userOf({ request }: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    request.session.reload((error) => resolve(error ? undefined : request.session.user))
  })
}

function onPublishError(error: unknown): Answer {
  console.error('a job was not published:', error)
  return { error: 'try again later' }
}

// With a prefix: every socket is in a room with its own id as name, and a user may have that name.
function roomOf(user: string): string {
  return `user ${user}`
}

// Programs other than browsers send no Origin. They have no cookie of a user either.
function isOwnPage({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || origin.replace(/^https?:\/\//, '') === host
}
