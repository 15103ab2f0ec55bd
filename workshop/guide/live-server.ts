import { createServer } from 'node:http'
import type { Express } from 'express'
import { type Socket, Server as Sockets } from 'socket.io'
import {
  type AccessRules,
  type Assets,
  isLocalSocket,
  listenOnRememberedPort,
  readOrCreateToken,
} from '../web/index.ts'
import type { ActionResult } from './protocol.ts'
import type { UpdateStream } from './update-stream.ts'

// A person has one or two requests open. A broken script could stall the guide with hundreds.
const maxUnanswered = 20
const tooManyRequests = 'Too many requests at once. Wait a moment, and try again'

/** Pages that show what goes on. */
export interface LivePages {
  /** Of the cookie, and of the file that keeps the port. */
  name: string
  preferredPort: number
  assets: Assets
  pages: (rules: AccessRules) => Express
  stream: UpdateStream
  /** Does what a page asks for. Never rejects. */
  act: (request: unknown) => Promise<ActionResult>
  /** A page was opened. */
  onPage?: (socket: Socket) => void
}

/** A server of such pages. */
export interface LiveServer {
  /** With the token that lets a browser in. */
  url: string
  close(): Promise<void>
}

/**
 * Serves them on 127.0.0.1: on their usual port, or on a free one when that is taken. Only
 * browsers that were shown the printed address can use them.
 */
export async function openLiveServer(live: LivePages): Promise<LiveServer> {
  const { name, preferredPort, assets, stream, act, onPage } = live
  const token = await readOrCreateToken('guide-token')
  const rules = { name, token, forwarded: process.env['GUIDE_FORWARDED'] === '1' }
  const server = createServer(live.pages(rules))
  const io = new Sockets(server, {
    transports: ['websocket'],
    serveClient: false,
    // A file of 60 kB, should it be quotation marks alone.
    maxHttpBufferSize: 200_000,
    allowRequest: (request, decide) => decide(null, isLocalSocket(request, rules)),
  })
  stream.attach(io)
  io.on('connection', (socket) => {
    socket.emit('hello', stream.snapshot(assets.build))
    let unanswered = 0
    socket.on('act', async (request: unknown, reply: unknown) => {
      const respond = typeof reply === 'function' ? reply : () => {}
      if (unanswered >= maxUnanswered) return void respond({ problem: tooManyRequests })
      unanswered += 1
      respond(await act(request))
      unanswered -= 1
    })
    onPage?.(socket)
  })
  const port = await listenOnRememberedPort(server, `${name}-port`, preferredPort)
  return { url: `http://127.0.0.1:${port}/?token=${token}`, close: () => io.close() }
}
