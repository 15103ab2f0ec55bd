// The sockets of browsers, and the jobs that they ask for.

import type { IncomingMessage, Server } from 'node:http'
import type { RequestHandler } from 'express'
import type { Session, SessionData } from 'express-session'
import { Server as SocketServer, type Socket } from 'socket.io'
import { readChannel } from './channels.ts'
import type { Client } from './client.ts'
import { fieldsOf } from './fields.ts'
import { fieldsOfJson, validateJob } from './jobs.ts'
import { countPrimes } from './primes.ts'

declare module 'node:http' {
  interface IncomingMessage {
    session: Session & Partial<SessionData>
  }
}

type Answer = { receivers: number } | { error: string }

/** Accepts sockets and does the jobs that they ask for. */
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
  // TODO(1) Give every handshake its session (the middleware `sessions`), refuse sockets of users
  // who are not logged in, and let each socket join the room of its user: roomOf().
  io.on('connection', (socket) => {
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
  const { name, input } = fieldsOf(request)
  const error = validateJob(name, input)
  if (error) return { error }
  // TODO(2) This blocks the instance until the work is done. Publish {"id":…,"input":…} instead, on
  // the JOB channel of the user that userOf() returns, with a unique id for every job. Answer with an
  // error if there are 0 receivers, or if there is no user after a logout (not checked).
  const result = countPrimes(Number(input), (done) => socket.emit('progress', { name, done }))
  socket.emit('done', { name, result })
  return { receivers: 0 }
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
