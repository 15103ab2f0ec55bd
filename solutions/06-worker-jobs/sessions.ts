// The browser keeps a signed id in a cookie and nothing else; what belongs to the id is in Redis
// at `sess:<id>`, and Redis forgets it a day after the last visit.
// Left out: changing the secret without logging everybody out (an array: the new one first).

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
    resave: false, // unchanged: only its time to live begins again
    saveUninitialized: false, // strangers and robots get neither a key nor a cookie
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: DAY_MS },
  })
}

// One secret for all instances, or each throws away the cookies the others have signed.
function secret(): string {
  const value = process.env.SESSION_SECRET
  if (value) return value
  throw new Error('Set SESSION_SECRET to a long random text, the same for all instances')
}
