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
  // TODO(3) Open a socket. If there is a username or a password, write AUTH, without the username if
  // it is empty. Then write PING.
  // TODO(4) Read the replies until "+PONG" arrives, then return. At a reply that starts with "-",
  // throw an Error with the text after the "-": describeError() looks up its first word. If the
  // replies end without "+PONG", throw an Error that Redis has closed the connection. Do not call
  // socket.end() before "+PONG" has arrived: a proxy may then close the connection.
  throw new Error(`nothing was sent to ${address.host}`)
}
