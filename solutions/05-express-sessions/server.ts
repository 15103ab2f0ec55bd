// Listening and stopping, apart from what is served.

import type { Server } from 'node:http'
import type { Express } from 'express'

const GRACE_MS = 600 // the farewell as a whole has a second

/** Listens on PORT, which is how a PaaS tells an instance where its router will knock. */
export function listen(app: Express): Promise<Server> {
  return new Promise((resolve, reject) => {
    // Express 5 calls back in any case: a port that is taken comes as the error.
    const server = app.listen(process.env.PORT || 3000, (error) => {
      if (error) reject(error)
      else resolve(server)
    })
  })
}

/** Takes no new requests, finishes those being answered, resolves when the last one is gone. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Browsers and routers keep connections open for the next request, some before the first.
    const idle = setInterval(() => server.closeIdleConnections(), 20)
    const silent = setTimeout(() => server.closeAllConnections(), GRACE_MS)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(silent)
      resolve()
    })
  })
}
