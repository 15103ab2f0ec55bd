// How a server starts to listen, and how it closes.

import type { Server } from 'node:http'

const GRACE_MS = 600 // the whole shutdown has one second

/** Listens on PORT, to which the router of a PaaS sends requests. Rejects if the port is taken. */
export function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    // EADDRINUSE, for example. app.listen() of Express 5 passes it to its callback instead.
    server.once('error', reject)
    server.listen(process.env.PORT || 3000, resolve)
  })
}

/** Accepts no new requests and finishes those in progress, in 0.6 s at the latest. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    // Browsers and routers keep connections open for later requests.
    setInterval(() => server.closeIdleConnections(), 20).unref()
    setTimeout(() => {
      server.closeAllConnections()
      resolve()
    }, GRACE_MS).unref()
  })
}
