import { createServer } from 'node:http'
import type { Express, NextFunction, Request, Response } from 'express'
import { readRecording } from '../guide/recording.ts'
import { accepts } from '../proxy/sockets.ts'
import { findDaemon } from '../session/daemon-client.ts'
import {
  type Assets,
  listenOnRememberedPort,
  createLocalApp,
  endRoutes,
  hasToken,
  pictures,
  readOrCreateToken,
  rememberedPort,
  sendAssets,
} from '../web/index.ts'
import { deckPage, indexPage, missingPage, stagePage } from './pages.ts'
import { readDecks, textsFor } from './decks.ts'
import { speakerScriptCsp } from './speaker-view.ts'

const preferredPort = 4322

/** The slides, being served. */
export interface Slides {
  url: string
  close(): Promise<void>
}

/** Serves the decks on 127.0.0.1: on their usual port, or on a free one when that is taken. */
export async function openSlides(building: Promise<Assets>): Promise<Slides> {
  const [assets, speaker] = await Promise.all([building, speakerScriptCsp()])
  const server = createServer(pages(assets, speaker))
  const port = await listenOnRememberedPort(server, 'slides-port', preferredPort)
  const close = async () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

function pages({ files }: Assets, speaker: string): Express {
  const app = createLocalApp({ name: 'slides' }, () => ({
    scripts: speaker,
    // reveal.js and its speaker view bring some of their own.
    styles: "'unsafe-inline'",
    // The speaker view shows this slide and the next.
    ancestors: "'self'",
  }))
  app.get('/', (_req, res, next) => void answer(res, next, readDecks().then(indexPage)))
  sendAssets(app, files)
  app.use('/pictures', pictures)
  app.get('/running/:step', (req, res, next) => {
    void answer(res.type('text'), next, portOf(req.params.step))
  })
  app.get('/guide', (req, res, next) => void answer(res.type('text'), next, guidePort(req)))
  app.get('/stage/:step', (req, res, next) => {
    void answer(res, next, stageOf(req.params.step))
  })
  app.get('/:slug', (req, res, next) => void answer(res, next, deckOf(req.params.slug)))
  endRoutes(app, missingPage)
  return app
}

// Leaves the request to the next route when there is nothing to send.
async function answer(
  res: Response,
  next: NextFunction,
  body: Promise<string | undefined>,
): Promise<void> {
  try {
    const text = await body
    if (text === undefined) next()
    else res.send(text)
  } catch (error) {
    next(error)
  }
}

// Where the page of a step that runs can be loaded from, in whatever terminal it was started.
async function portOf(step: string): Promise<string> {
  const daemon = await findDaemon()
  if (!daemon) return '0'
  try {
    // It may end while it is asked: then nothing runs any more.
    return String(await daemon.portOf(step).catch(() => 0))
  } finally {
    daemon.close()
  }
}

// Where the guide of this folder runs; 0 also for a browser that has not opened it: without the
// guide's cookie, which knows no ports, it would be shown nothing there.
async function guidePort({ headers }: Request): Promise<string> {
  const port = (await rememberedPort('guide-port')) ?? 0
  const rules = { name: 'guide', token: await readOrCreateToken('guide-token') }
  const isKnown = hasToken({ headers, socket: { localPort: port } }, rules)
  return isKnown && (await accepts(port)) ? String(port) : '0'
}

async function stageOf(step: string): Promise<string | undefined> {
  const known = (await readDecks()).some(({ slug }) => slug === step)
  const recording = known ? await readRecording(step) : undefined
  return recording && stagePage(recording)
}

async function deckOf(wanted: string): Promise<string | undefined> {
  const deck = (await readDecks()).find(({ slug }) => slug === wanted)
  return deck && deckPage({ deck, texts: await textsFor(deck) })
}
