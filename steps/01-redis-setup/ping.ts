// A conversation with Redis by hand, once in a life: afterwards no library is magic any more.
// You will want node:net, node:tls, reason() from fail.ts, and command() and answers() from
// resp.ts, which are there already.

import type { RedisAddress } from './redis-url.ts'

/** Resolves when Redis has answered PONG; throws one sentence that names the cause. */
export async function ping(address: RedisAddress): Promise<void> {
  // TODO(3) Open a socket to host and port: net.connect(), or tls.connect() when tls is true.

  // TODO(4) Write AUTH (only if there is a username or a password), then PING, and read the
  // answers until "+PONG" comes. Everything else, silence too, becomes one sentence:
  // `Redis at HOST:PORT ${describeError(error)}`
  throw new Error(`Redis at ${address.host}:${address.port} was never asked`)
}
