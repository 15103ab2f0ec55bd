// Two commands and their replies, written by hand: it is what every Redis library does.
// AUTH and PING leave together, and the replies arrive in the same order.
// Left out: everything a library is for, such as reconnecting, queues and long replies.

import { describeError } from './fail.ts'
import type { RedisAddress } from './redis-url.ts'
import { command, replies } from './resp.ts'
import { openSocket } from './socket.ts'

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
  const socket = openSocket(address)
  socket.write(auth(address) + command('PING'))
  for await (const reply of replies(socket)) {
    if (reply === '+PONG') return // leaving the loop closes the socket
    if (reply.startsWith('-')) throw new Error(reply.slice(1))
    if (reply !== '+OK') throw new Error('this is not a reply of Redis')
  }
  throw new Error('it closed the connection without a reply')
}

function auth({ username, password }: RedisAddress): string {
  if (username) return command('AUTH', username, password)
  return password ? command('AUTH', password) : ''
}
