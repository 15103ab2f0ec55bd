// The browser keeps a signed id in a cookie and nothing else; what belongs to the id is in the
// memory of this instance.

import type { RequestHandler } from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    user: string
    views: number
  }
}

/** Gives every request its session. Throws one plain sentence when SESSION_SECRET is not set. */
export function newSessions(): RequestHandler {
  return session({
    // TODO(2) Without a store the sessions lie in this process. Take client_sessions as an
    // argument, and give the session a RedisStore (a named export of connect-redis) with it.

    // TODO(3) Everybody on the internet knows this secret. Take it from SESSION_SECRET, and
    // throw an Error that says so when it is not set. Then look at the cookie: which page may
    // send it, who may read it, how long does it live, and may it travel without TLS?
    secret: 'keyboard cat',
    resave: false, // unchanged: only its time to live begins again
    saveUninitialized: false, // strangers and robots get neither a key nor a cookie
  })
}
