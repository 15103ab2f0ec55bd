// A conversation with Redis by hand, once in a life: afterwards no library is magic any more.
// AUTH and PING leave together, the answers come back in the same order.
// Left out: everything a library is for, such as reconnecting, queues and long answers.

import net from 'node:net'
import { addAbortSignal } from 'node:stream'
import tls from 'node:tls'
import { describeError } from './fail.ts'
import type { RedisAddress } from './redis-url.ts'
import { answers, command } from './resp.ts'

const LIMIT_MS = 5000

/** Resolves when Redis has answered PONG; throws one sentence that names the cause. */
export async function ping(address: RedisAddress): Promise<void> {
  try {
    await talk(address)
  } catch (error) {
    throw new Error(`Redis at ${address.host}:${address.port} ${describeError(error)}`, {
      cause: error,
    })
  }
}

async function talk(address: RedisAddress): Promise<void> {
  const socket = addAbortSignal(AbortSignal.timeout(LIMIT_MS), open(address))
  socket.write(auth(address) + command('PING'))
  for await (const answer of answers(socket)) {
    if (answer === '+PONG') return // leaving the loop closes the socket
    if (answer.startsWith('-')) throw new Error(answer.slice(1))
    if (answer !== '+OK') throw new Error('this is not the answer of a Redis')
  }
  throw new Error('the connection ended without an answer')
}

function open({ host, port, tls: encrypted }: RedisAddress): net.Socket {
  if (!encrypted) return net.connect({ host, port })
  // The server may hold certificates for several names: say which one is meant (never an IP).
  return tls.connect({ host, port, servername: net.isIP(host) ? '' : host })
}

function auth({ username, password }: RedisAddress): string {
  if (username) return command('AUTH', username, password)
  return password ? command('AUTH', password) : ''
}
