import { randomBytes } from 'node:crypto'
import type { Express } from 'express'
import { join } from 'node:path'
import { readText } from '../course/index.ts'
import { errorMessage } from '../errors.ts'
import { root } from '../paths.ts'
import {
  type AccessRules,
  type Assets,
  createLocalApp,
  endRoutes,
  pictures,
  rememberedPort,
  sendAssets,
} from '../web/index.ts'
import { handleAction } from './actions.ts'
import { drillsFor } from './drills/index.ts'
import { Broadcaster } from './broadcaster.ts'
import { EditorSession } from './editor-session.ts'
import { type LiveServer, openLiveServer } from './live-server.ts'
import { glossaryPage, missingPage, overviewPage, stagePage, stepPage } from './pages.ts'

/**
 * Serves the guide, see {@link openLiveServer}.
 *
 * @param building what its pages load, which may still be on the way
 * @returns what `close` ends includes everything that the guide has started
 */
export async function openGuide(building: Promise<Assets>): Promise<LiveServer> {
  const hub = new Broadcaster()
  const [assets] = await Promise.all([building, hub.course.open()])
  const editors = new Set<Promise<void>>()
  const { url, close } = await openLiveServer({
    name: 'guide',
    preferredPort: 4321,
    assets,
    pages: (rules) => pages(rules, hub, assets),
    stream: hub,
    act: (request) => handleAction(hub, request),
    onPage(socket) {
      hub.refreshEditor().catch(console.error)
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
    },
  })
  const closeAll = async () => {
    await close()
    await Promise.all(editors)
    await hub.close()
  }
  return { url, close: closeAll }
}

function pages(rules: AccessRules, { course }: Broadcaster, { files }: Assets): Express {
  // The editor adds its styles itself. Another page cannot read this, and scripts need no more.
  const nonce = randomBytes(16).toString('base64')
  const app = createLocalApp(rules, async (host, path) => ({
    connections: `ws://${host} wss://${host}`,
    styles: `'nonce-${nonce}'`,
    framer: path.startsWith('/stage/') ? await slidesOrigin(host) : undefined,
  }))
  app.use('/pictures', pictures)
  // Read again for every page: a step may have been reset, or passed on the command line.
  app.use(async (req, _res, next) => {
    if (!files.has(req.path)) await course.refresh()
    next()
  })
  app.get('/', (_req, res) => void res.send(overviewPage(course.infos)))
  const find = (wanted: string) => course.steps.find(({ slug }) => slug === wanted)
  app.get('/step/:slug', (req, res, next) => {
    const step = find(req.params.slug)
    if (!step) return next()
    res.send(stepPage(step, course.infos, drillsFor(step), nonce))
  })
  app.get('/stage/:slug', (req, res, next) => {
    const step = find(req.params.slug)
    if (!step) return next()
    res.send(stagePage(step))
  })
  app.get('/glossary', async (_req, res) => {
    res.send(glossaryPage((await readText(join(root, 'GLOSSARY.md'))) ?? '', course.infos))
  })
  sendAssets(app, files)
  endRoutes(app, () => missingPage(course.infos))
  return app
}

// The slides of this folder, under the name by which the guide was asked for: `127.0.0.1:4321`.
async function slidesOrigin(host: string): Promise<string | undefined> {
  const port = await rememberedPort('slides-port')
  return port === undefined ? undefined : `http://${host.replace(/:\d+$/, '')}:${port}`
}
