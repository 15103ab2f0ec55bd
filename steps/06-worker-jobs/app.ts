// The web app, apart from listening: everything it needs is handed in.
// Left out: passwords. Whoever says "ada" is ada.

import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { login, logout, me } from './login.ts'

/** The app with this kind of session and this file as its page. */
export function newApp(sessions: RequestHandler, page: string): Express {
  const app = express()
  // TLS ends at the router. Believe the X-Forwarded-Proto of one hop: of the one in front of us,
  // not of whoever speaks to it.
  app.set('trust proxy', 1)
  app.get('/', (_req, res) => res.sendFile(page, { root: import.meta.dirname }))
  app.use(sessions)
  app.post('/login', express.json(), login)
  app.get('/me', me)
  app.post('/logout', logout)
  app.use(answerError)
  return app
}

// Express knows an error handler by its four parameters.
const answerError: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const status = statusOf(error)
  if (status >= 500) console.error(`${req.method} ${req.path} failed:`, error)
  if (res.headersSent) next(error)
  else res.status(status).json({ error: status < 500 ? 'not understood' : 'try again soon' })
}

// A body that is not JSON comes with its own status; what else fails here is Redis, for a while.
function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 503
  return 'status' in error && typeof error.status === 'number' ? error.status : 503
}
