// The Express app: its middleware and its routes. index.ts creates the server and listens.
// Left out: passwords. A client that sends "ada" is logged in as ada.

import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { login, logout, me } from './login.ts'

/** Creates the app. @param page the HTML file of its page */
export function newApp(sessions: RequestHandler, page: string): Express {
  const app = express()
  // TODO(4) The router ends TLS and sends plain HTTP to this app. Make Express trust one proxy, the
  // router, and its X-Forwarded-Proto header. Otherwise no cookie is ever marked `Secure`.
  app.get('/', (_req, res) => res.sendFile(page, { root: import.meta.dirname }))
  app.use(sessions)
  app.post('/login', express.json(), login)
  app.get('/me', me)
  app.post('/logout', logout)
  app.use(answerError)
  return app
}

// Express recognizes an error handler by its four parameters.
const answerError: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const status = statusOf(error)
  if (status >= 500) console.error(`${req.method} ${req.path} failed:`, error)
  if (res.headersSent) next(error)
  else res.status(status).json({ error: status < 500 ? 'invalid request' : 'try again later' })
}

// An invalid body comes with its own status. Everything else that fails here is Redis: 503.
function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 503
  return 'status' in error && typeof error.status === 'number' ? error.status : 503
}
