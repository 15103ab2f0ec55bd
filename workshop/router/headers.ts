import type { IncomingMessage } from 'node:http'

const forwarding = /^(x-)?forwarded(-|$)/

/**
 * Sets what an instance cannot see behind a router: the client's address, the host it asked for, and
 * whether that was over TLS. What the client states about this itself is removed: it could be false.
 *
 * @param req is changed
 * @param secure whether the client uses TLS
 */
export function setForwardedHeaders(req: IncomingMessage, secure: boolean): void {
  for (const name of Object.keys(req.headers)) {
    if (forwarding.test(name)) delete req.headers[name]
  }
  Object.assign(req.headers, {
    'x-forwarded-for': req.socket.remoteAddress ?? '',
    'x-forwarded-host': req.headers.host ?? '',
    'x-forwarded-port': String(req.socket.localPort ?? ''),
    'x-forwarded-proto': secure ? 'https' : 'http',
  })
}

/** Writes into an answer which instance it comes from. @param answer is changed */
export function setServedBy(answer: IncomingMessage, instance: string): void {
  answer.headers['x-served-by'] = instance
  // Whether a connection stays open is a matter between its two ends.
  if (answer.statusCode !== 101) delete answer.headers.connection
  delete answer.headers['keep-alive']
}
