// The browser's open line. It belongs to the user of the session it was opened with; what the
// browser itself says about who it is, is not asked.
// Left out: closing the sockets of a session when it ends. They are refused at the next job.

import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { RequestHandler } from 'express'
import type { Session, SessionData } from 'express-session'
import { Server as SocketServer, type Socket } from 'socket.io'
import { channelOf, readChannel } from './channels.ts'
import type { Client } from './client.ts'
import { fieldsOf, parse } from './fields.ts'
import { validateJob } from './jobs.ts'

declare module 'node:http' {
  interface IncomingMessage {
    session: Session & Partial<SessionData>
  }
}

type Answer = { receivers: number } | { error: string }

/** Accepts the sockets of users that are logged in, and publishes the jobs they ask for. */
export function newSockets(
  server: Server,
  sessions: RequestHandler,
  client: Client,
): SocketServer {
  // Long-polling is many requests, and the router sends each to another instance.
  const io = new SocketServer(server, { transports: ['websocket'] })
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

/** Hands what a worker has published on to the devices its user has at this instance. */
export function forwardToDevices(io: SocketServer, message: string, channel: string): void {
  const { kind, user, name } = readChannel(channel) ?? {}
  const { done, result } = fieldsOf(parse(message))
  const devices = io.to(roomOf(user ?? ''))
  if (kind === 'DONE' && result !== undefined) devices.emit('done', { name, result })
  else if (kind === 'PROGRESS' && typeof done === 'number')
    devices.emit('progress', { name, done })
  else console.warn(`ignored, no news of a job: ${JSON.stringify(channel.slice(0, 80))}`)
}

async function ask(client: Client, socket: Socket, request: unknown): Promise<Answer> {
  const user = await userOf(socket)
  if (!user) return { error: 'log in again' }
  const { name, input } = fieldsOf(request)
  const error = validateJob(name, input)
  if (error) return { error }
  const job = JSON.stringify({ id: randomUUID(), input })
  const receivers = await client.publish(channelOf('JOB', user, String(name)), job)
  return receivers > 0 ? { receivers } : { error: 'nobody is listening' }
}

// A socket outlives its session: whoever has logged out since then is a stranger again.
function userOf({ request }: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    request.session.reload((error) => resolve(error ? undefined : request.session.user))
  })
}

function onPublishError(error: unknown): Answer {
  console.error('a job was not published:', error)
  return { error: 'try again soon' }
}

// Not just the name: each socket has a room of its own, named by its id, and an id may be "ada".
function roomOf(user: string): string {
  return `user ${user}`
}
