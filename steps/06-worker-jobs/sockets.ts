// The browser's open line.

import type { Server } from 'node:http'
import type { Session, SessionData } from 'express-session'
import { Server as SocketServer, type Socket } from 'socket.io'
import { fieldsOf } from './fields.ts'
import { validateJob } from './jobs.ts'
import { countPrimes } from './primes.ts'

declare module 'node:http' {
  interface IncomingMessage {
    session: Session & Partial<SessionData>
  }
}

type Answer = { receivers: number } | { error: string }

/** Accepts sockets, and does the jobs they ask for. */
export function newSockets(server: Server): SocketServer {
  // Long-polling is many requests, and the router sends each to another instance.
  const io = new SocketServer(server, { transports: ['websocket'] })
  // TODO(1) Whose socket is this? Ask the session, never the browser: give every handshake its
  // session, refuse whoever is not logged in, and let each user's sockets join one room.
  io.on('connection', (socket) => {
    socket.on('job', (request: unknown, reply: unknown) => {
      const answer = ask(socket, request)
      if (typeof reply === 'function') reply(answer)
    })
  })
  return io
}

function ask(socket: Socket, request: unknown): Answer {
  const { name, input } = fieldsOf(request)
  const error = validateJob(name, input)
  if (error) return { error }
  // TODO(2) The work is done right here, and as long as it takes this instance answers nobody.
  // Publish {"id":…,"input":…} on the user's JOB channel instead, with a new id for every job.
  // Redis tells how many heard it; if nobody did, the answer is the error 'nobody is listening'.
  const result = countPrimes(Number(input), (done) => socket.emit('progress', { name, done }))
  socket.emit('done', { name, result })
  return { receivers: 0 }
}

// TODO(4) forwardToDevices(): what a worker published on DONE or PROGRESS goes, as 'done' {name, result}
// or 'progress' {name, done}, to the room of the user the channel names, and to nobody else.
