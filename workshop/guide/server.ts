import { createServer } from 'node:http'
import type { Express } from 'express'
import { Server as Sockets } from 'socket.io'
import {
  type Assets,
  listenOnRememberedPort,
  isLocalSocket,
  createLocalApp,
  pictures,
  sendAssets,
} from '../web/index.ts'
import { handleAction } from './actions.ts'
import { drillsFor } from './drills/index.ts'
import { Broadcaster } from './broadcaster.ts'
import { missingPage, overviewPage, stepPage } from './pages.ts'

const preferredPort = 4321

/** The guide, being served. */
export interface Guide {
  url: string
  /** Ends it, and everything it has started. */
  close(): Promise<void>
}

/**
 * Serves the guide on 127.0.0.1: on its usual port, or on a free one when that is taken.
 *
 * @param building what its pages load, which may still be on the way
 */
export async function openGuide(building: Promise<Assets>): Promise<Guide> {
  const hub = new Broadcaster()
  const [assets] = await Promise.all([building, hub.course.open()])
  const server = createServer(pages(hub, assets))
  // A page that listens is a WebSocket: unlike other requests it always tells its origin.
  const io = new Sockets(server, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: 100_000,
    allowRequest: (request, decide) => decide(null, isLocalSocket(request)),
  })
  hub.attach(io)
  io.on('connection', (socket) => {
    socket.emit('hello', hub.snapshot(assets.build))
    socket.on('act', async (request: unknown, reply: unknown) => {
      const answer = await handleAction(hub, request)
      if (typeof reply === 'function') reply(answer)
    })
  })
  const port = await listenOnRememberedPort(server, 'guide-port', preferredPort)
  const close = async () => {
    await io.close()
    await hub.close()
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

function pages({ course }: Broadcaster, { files }: Assets): Express {
  const app = createLocalApp((host) => ({ connections: `ws://${host}` }))
  app.use('/pictures', pictures)
  // Read again for every page: a step may have been reset, or passed on the command line.
  app.use(async (req, _res, next) => {
    if (!files.has(req.path)) await course.refresh()
    next()
  })
  app.get('/', (_req, res) => void res.send(overviewPage(course.infos)))
  app.get('/step/:slug', (req, res, next) => {
    const step = course.steps.find(({ slug }) => slug === req.params.slug)
    if (!step) return next()
    res.send(stepPage(step, course.infos, drillsFor(step)))
  })
  sendAssets(app, files)
  app.use((_req, res) => void res.status(404).send(missingPage(course.infos)))
  return app
}
