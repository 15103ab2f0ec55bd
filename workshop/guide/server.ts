import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { Express } from 'express'
import { Server as Sockets } from 'socket.io'
import { join } from 'node:path'
import { readText } from '../course/index.ts'
import { errorMessage } from '../errors.ts'
import { root } from '../paths.ts'
import {
  type AccessRules,
  type Assets,
  createLocalApp,
  endRoutes,
  isLocalSocket,
  listenOnRememberedPort,
  pictures,
  readOrCreateToken,
  sendAssets,
} from '../web/index.ts'
import { handleAction } from './actions.ts'
import { drillsFor } from './drills/index.ts'
import { Broadcaster } from './broadcaster.ts'
import { EditorSession } from './editor-session.ts'
import { glossaryPage, missingPage, overviewPage, stepPage } from './pages.ts'

const preferredPort = 4321
// A person has one or two requests open. A broken script could stall the guide with hundreds.
const maxUnanswered = 20
const tooManyRequests = 'Too many requests at once. Wait a moment, and try again'

/** The guide, being served. */
export interface Guide {
  /** With the token that lets a browser in. */
  url: string
  /** Ends it, and everything it has started. */
  close(): Promise<void>
}

/**
 * Serves the guide on 127.0.0.1: on its usual port, or on a free one when that is taken. Only
 * browsers that were shown the printed address can use it.
 *
 * @param building what its pages load, which may still be on the way
 */
export async function openGuide(building: Promise<Assets>): Promise<Guide> {
  const hub = new Broadcaster()
  const [assets, token] = await Promise.all([
    building,
    readOrCreateToken('guide-token'),
    hub.course.open(),
  ])
  const forwarded = process.env['GUIDE_FORWARDED'] === '1'
  const rules = { name: 'guide', token, forwarded }
  const server = createServer(pages(rules, hub, assets))
  const io = new Sockets(server, {
    transports: ['websocket'],
    serveClient: false,
    // A file of 60 kB, should it be quotation marks alone.
    maxHttpBufferSize: 200_000,
    allowRequest: (request, decide) => decide(null, isLocalSocket(request, rules)),
  })
  hub.attach(io)
  const editors = new Set<Promise<void>>()
  io.on('connection', (socket) => {
    socket.emit('hello', hub.snapshot(assets.build))
    hub.refreshEditor().catch(console.error)
    let unanswered = 0
    socket.on('act', async (request: unknown, reply: unknown) => {
      const respond = typeof reply === 'function' ? reply : () => {}
      if (unanswered >= maxUnanswered) return void respond({ problem: tooManyRequests })
      unanswered += 1
      respond(await handleAction(hub, request))
      unanswered -= 1
    })
    const editor = new EditorSession((event, value) => socket.emit(event, value))
    socket.on('edit', (slug: unknown) => {
      editor.open(String(slug)).catch((error: unknown) => console.error(errorMessage(error)))
    })
    socket.on('lsp', (message: unknown) => void editor.ask(message).catch(console.error))
    socket.on('disconnect', () => {
      const closing = editor.close().catch(console.error)
      editors.add(closing)
      void closing.then(() => editors.delete(closing))
    })
  })
  const port = await listenOnRememberedPort(server, 'guide-port', preferredPort)
  const close = async () => {
    await io.close()
    await Promise.all(editors)
    await hub.close()
  }
  return { url: `http://127.0.0.1:${port}/?token=${token}`, close }
}

function pages(rules: AccessRules, { course }: Broadcaster, { files }: Assets): Express {
  // The editor adds its styles itself. Another page cannot read this, and scripts need no more.
  const nonce = randomBytes(16).toString('base64')
  const app = createLocalApp(rules, (host) => ({
    connections: `ws://${host} wss://${host}`,
    styles: `'nonce-${nonce}'`,
  }))
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
    res.send(stepPage(step, course.infos, drillsFor(step), nonce))
  })
  app.get('/glossary', async (_req, res) => {
    res.send(glossaryPage((await readText(join(root, 'GLOSSARY.md'))) ?? '', course.infos))
  })
  sendAssets(app, files)
  endRoutes(app, () => missingPage(course.infos))
  return app
}
