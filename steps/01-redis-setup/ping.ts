// Two commands and their replies, written by hand: it is what every Redis library does.
// You need openSocket() from socket.ts, and command() and replies() from resp.ts.

import { describeError } from './fail.ts'
import type { RedisAddress } from './redis-url.ts'

/** Resolves when Redis has answered PONG; throws one sentence that names the cause. */
export async function ping(address: RedisAddress): Promise<void> {
  try {
    await sendPing(address)
  } catch (error) {
    throw new Error(`Redis at ${address.host}:${address.port} ${describeError(error)}`, {
      cause: error,
    })
  }
}

async function sendPing(address: RedisAddress): Promise<void> {
  // TODO(3) Open a socket. Write AUTH (only if there is a username or a password, and only the
  // password if there is no username), then PING.
  // TODO(4) Read the replies until "+PONG" arrives, then return. Do not call socket.end() before:
  // a proxy on the way may then close the connection. At an error reply throw an Error with its
  // text, without the "-": describeError() knows the first word. Throw one, too, when the replies
  // end without "+PONG". Its text says that Redis has closed the connection.
  throw new Error(`nothing was sent to ${address.host}`)
}
