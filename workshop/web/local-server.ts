import type { Server } from 'node:http'
import express, { type Express } from 'express'
import { readText, writeFileAtomic } from '../course/index.ts'
import { errorCode } from '../errors.ts'
import { dataPath } from '../paths.ts'
import { listen } from '../proxy/sockets.ts'
import type { Assets } from './assets.ts'
import { type CspSources, isLocalRequest, contentSecurityPolicy } from './request-guard.ts'

/**
 * An app that serves pages to this machine only.
 *
 * @param allowed what its pages may do, given the host by which they were asked for
 */
export function createLocalApp(allowed: (host: string) => CspSources): Express {
  const app = express().disable('x-powered-by')
  app.use((req, res, next) => {
    if (!isLocalRequest(req))
      return void res.status(403).type('text').send('Only for this machine.\n')
    res.set({
      'Content-Security-Policy': contentSecurityPolicy(allowed(req.headers.host ?? '')),
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cache-Control': 'no-store',
    })
    next()
  })
  return app
}

/** What the pages load is sent from now on. */
export function sendAssets(app: Express, files: Assets['files']): void {
  app.get('/:file', (req, res, next) => {
    const file = files.get(`/${req.params.file}`)
    if (!file) return next()
    res.type(file.type).send(Buffer.from(file.body))
  })
}

/**
 * Listens where it was last, so that a page that was left open finds it again; else where it
 * usually is, or on a free port when that is taken.
 *
 * @param memory a name in `.workshop`, where the port is kept
 * @returns the port
 */
export async function listenOnRememberedPort(
  server: Server,
  memory: string,
  favourite: number,
): Promise<number> {
  const file = dataPath(memory)
  const last = Number(await readText(file)) || favourite
  for (const port of new Set([last, favourite, 0])) {
    try {
      const taken = await listen(server, port)
      await writeFileAtomic(file, String(taken))
      return taken
    } catch (error) {
      const code = errorCode(error)
      if (port === 0 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error
    }
  }
  throw new Error('unreachable: the system picks a port when it is given none')
}
