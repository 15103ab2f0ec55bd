import type { Server } from 'node:http'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { readText, writeFileAtomic } from '../course/index.ts'
import { errorCode } from '../errors.ts'
import { dataPath } from '../paths.ts'
import { listen } from '../proxy/sockets.ts'
import type { Assets } from './assets.ts'
import { isToken } from './access-token.ts'
import {
  type AccessRules,
  type CspSources,
  contentSecurityPolicy,
  hasToken,
  isLocalRequest,
  tokenCookie,
} from './request-guard.ts'

/**
 * An app that serves pages to this machine only.
 *
 * @param rules who may use it
 * @param allowed what its pages may do, given the host by which they were asked for, and the path
 */
export function createLocalApp(
  rules: AccessRules,
  allowed: (host: string, path: string) => CspSources | Promise<CspSources>,
): Express {
  const app = express().disable('x-powered-by')
  app.use(async (req, res, next) => {
    const host = /^[\w.:[\]-]+$/.exec(req.headers.host ?? '')?.[0] ?? ''
    const sources = await allowed(host, req.path)
    const isFramed = sources.framer !== undefined
    res.set({
      'Content-Security-Policy': contentSecurityPolicy(sources),
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cache-Control': 'no-store',
    })
    if (!isLocalRequest(req, rules, isFramed)) return refuse(res, foreignRequest(rules))
    if (rules.token === undefined) return next()
    if (isToken(req.query['token'], rules.token)) {
      res.setHeader('Set-Cookie', tokenCookie(req, rules))
      // The token does not stay in the address, the history or a screenshot.
      return res.redirect(303, `/${req.path.replace(/^[/\\]+/, '')}`)
    }
    if (!hasToken(req, rules)) return refuse(res, missingToken)
    next()
  })
  return app
}

function refuse(res: Response, text: string): void {
  res.status(403).type('text').send(text)
}

const missingToken = `This page needs the token of the printed address.

Open the whole address that the terminal shows. It ends in ?token= and 22 characters. The
browser then keeps it until you close it.
`

function foreignRequest({ token }: AccessRules): string {
  const forwarded = token === undefined ? '' : forwardedHelp
  return `This server answers pages of this machine, as 127.0.0.1 or localhost.\n${forwarded}`
}

const forwardedHelp = `
Does this page come through a forwarded port with another name (Codespaces, Gitpod)? Then
start the guide with the environment variable GUIDE_FORWARDED set to 1. See DEPLOY.md.
`

/** Answers what no route has answered, and errors without their stack. Call it last. */
export function endRoutes(app: Express, missingPage: () => string): void {
  const notFound = (res: Response) => void res.status(404).type('html').send(missingPage())
  app.use((_req, res) => notFound(res))
  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) return next(error)
    // Such as `/step/%`, which is no text in any encoding.
    if (error instanceof URIError) return notFound(res)
    console.error(error)
    res.status(500).type('text').send('A bug of the workshop. The terminal shows more.\n')
  })
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
  preferred: number,
): Promise<number> {
  const last = (await rememberedPort(memory)) ?? preferred
  for (const port of new Set([last, preferred, 0])) {
    try {
      const taken = await listen(server, port)
      await writeFileAtomic(dataPath(memory), String(taken))
      return taken
    } catch (error) {
      const code = errorCode(error)
      if (port === 0 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error
    }
  }
  throw new Error('unreachable: the system picks a port when it is given none')
}

/** Where a server of this folder listened last. @param memory see {@link listenOnRememberedPort} */
export async function rememberedPort(memory: string): Promise<number | undefined> {
  const text = (await readText(dataPath(memory))) ?? ''
  // A damaged file is as good as none.
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port > 0 && port < 65_536 ? port : undefined
}
