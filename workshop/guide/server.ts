import { type Server, createServer } from 'node:http'
import express, { type Express } from 'express'
import { Server as Sockets } from 'socket.io'
import { readText, writeWhole } from '../course/index.ts'
import { codeOf } from '../errors.ts'
import { inWorkshop } from '../paths.ts'
import { listen } from '../wire/sockets.ts'
import { act } from './actions.ts'
import type { Assets } from './assets.ts'
import { drillsFor } from './drills/index.ts'
import { Hub } from './hub.ts'
import { missingPage, overviewPage, stepPage } from './pages.ts'
import { pictures } from './pictures.ts'
import { isWelcome, mayConnect, policyFor } from './visitors.ts'

const favouritePort = 4321

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
  const hub = new Hub()
  const [assets] = await Promise.all([building, hub.course.open()])
  const server = createServer(pages(hub, assets))
  // A page that listens is a WebSocket: unlike other requests it always tells its origin.
  const io = new Sockets(server, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: 100_000,
    allowRequest: (request, decide) => decide(null, mayConnect(request)),
  })
  hub.serve(io)
  io.on('connection', (socket) => {
    socket.emit('hello', hub.hello(assets.build))
    socket.on('act', async (request: unknown, reply: unknown) => {
      const answer = await act(hub, request)
      if (typeof reply === 'function') reply(answer)
    })
  })
  const port = await listenSomewhere(server)
  const close = async () => {
    await io.close()
    await hub.close()
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

// Where it was last, so that a page that was left open finds it again; else where it usually is.
async function listenSomewhere(server: Server): Promise<number> {
  const memory = inWorkshop('guide-port')
  const last = Number(await readText(memory)) || favouritePort
  for (const port of new Set([last, favouritePort, 0])) {
    try {
      const taken = await listen(server, port)
      await writeWhole(memory, String(taken))
      return taken
    } catch (error) {
      const code = codeOf(error)
      if (port === 0 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error
    }
  }
  throw new Error('unreachable: the system picks a port when it is given none')
}

function pages({ course }: Hub, { files }: Assets): Express {
  const app = express().disable('x-powered-by')
  app.use((req, res, next) => {
    if (!isWelcome(req))
      return void res.status(403).type('text').send('Only for this machine.\n')
    res.set({
      'Content-Security-Policy': policyFor(req.headers.host ?? ''),
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cache-Control': 'no-store',
    })
    next()
  })
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
  app.get('/:file', (req, res, next) => {
    const file = files.get(`/${req.params.file}`)
    if (!file) return next()
    res.type(file.type).send(Buffer.from(file.body))
  })
  app.use((_req, res) => void res.status(404).send(missingPage(course.infos)))
  return app
}
