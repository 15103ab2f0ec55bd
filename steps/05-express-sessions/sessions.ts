// The browser keeps a signed session id in a cookie. The session itself is in
// the memory of this instance.

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
    // TODO(2) Without a store the sessions are in this process. Take client_sessions as an argument
    // and pass a RedisStore (a named export of connect-redis) that uses it.

    // TODO(3) Take the secret from SESSION_SECRET: this one is in every tutorial, so any client can
    // sign cookies with it. Optional: throw an Error with one clear sentence if it is not set.
    // Then set the cookie's options: not readable by scripts, not sent with requests that other sites
    // start, only over TLS if the browser used TLS (`secure: 'auto'`), valid for a day (at least
    // five minutes).
    secret: 'keyboard cat',
    resave: false, // do not write unchanged sessions: only their time to live restarts
    saveUninitialized: false, // anonymous visitors and robots get neither a key nor a cookie
  })
}
