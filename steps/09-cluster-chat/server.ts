// Listening and stopping, apart from what is served.

import type { Server } from 'node:http'

const GRACE_MS = 600 // the farewell as a whole has a second

/** Listens on PORT: that is how a PaaS tells an instance where its router will knock. */
export function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    // A port that is taken. Beware of app.listen(): Express 5 hands it to the callback, too.
    server.once('error', reject)
    server.listen(process.env.PORT || 3000, resolve)
  })
}

/** Takes no new requests and finishes those being answered, in 0.6 s at the latest. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    // Browsers and routers keep connections open for the next request, some before the first.
    setInterval(() => server.closeIdleConnections(), 20).unref()
    setTimeout(() => {
      server.closeAllConnections()
      resolve()
    }, GRACE_MS).unref()
  })
}
