// The browser keeps a signed session id in a cookie. The session itself is in Redis at `sess:<id>`
// and expires a day after the last request.
// Left out: a change of the secret that logs no user out (an array, the new one first).

import { RedisStore } from 'connect-redis'
import type { RequestHandler } from 'express'
import session from 'express-session'
import type { Client } from './client.ts'

const DAY_MS = 24 * 60 * 60 * 1000

declare module 'express-session' {
  interface SessionData {
    user: string
    views: number
  }
}

/** Gives every request its session. Throws one plain sentence when SESSION_SECRET is not set. */
export function newSessions(client_sessions: Client): RequestHandler {
  return session({
    store: new RedisStore({ client: client_sessions }),
    secret: secret(),
    resave: false, // do not write unchanged sessions: only their time to live restarts
    saveUninitialized: false, // anonymous visitors and robots get neither a key nor a cookie
    // httpOnly: not for scripts. lax: not with requests that other sites start. auto: TLS only, if
    // the browser used TLS.
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: DAY_MS },
  })
}

// One secret for all instances: each rejects cookies that were signed with another one.
function secret(): string {
  const value = process.env.SESSION_SECRET
  if (value) return value
  throw new Error('Set SESSION_SECRET to a long random text, the same for all instances')
}
