import { UserError } from '../errors.ts'
import { ProbeClient } from './probe-client.ts'
import type { Reply } from './probe-client.ts'
import { explainConnectionError, urlError } from './connection-errors.ts'
import { parseRedisUrl, formatHostPort } from './url.ts'
import type { RedisAddress } from './url.ts'

/** A Redis that answered. */
export interface ProbedRedis {
  host: string
  port: number
  /** `7.0.15`, or `of unknown version` when its user may not ask. */
  version: string
}

/**
 * Tries a REDIS_URL that somebody gave: connects, logs in, PING, INFO. Writes nothing.
 *
 * @param url `redis://…` or `rediss://…`
 * @param timeoutMs milliseconds the whole of it may take
 * @throws UserError (exit 2), one line with the cause, never with the password
 */
export async function probeRedis(url: string, timeoutMs = 5000): Promise<ProbedRedis> {
  const address = parseRedisUrl(url)
  const conversation = new ProbeClient(address, timeoutMs)
  try {
    await logIn(conversation, address)
    await ping(conversation, address)
    const info = await conversation.send('INFO', 'server')
    const version = /^redis_version:(\S+)/m.exec(info.text)?.[1] ?? 'of unknown version'
    return { host: address.host, port: address.port, version }
  } catch (error) {
    if (error instanceof UserError) throw error
    throw explainConnectionError(error, address, {
      connected: conversation.connected,
      timeoutMs,
    })
  } finally {
    conversation.close()
  }
}

async function logIn(conversation: ProbeClient, address: RedisAddress): Promise<void> {
  const { username, password } = address
  if (username === undefined && password === undefined) return
  const words = username === undefined ? [] : [username]
  const reply = await conversation.send('AUTH', ...words, password ?? '')
  if (!reply.error) return
  if (reply.text.startsWith('WRONGPASS')) {
    const whose = username === undefined ? 'password' : 'username or password'
    throw urlError(address, `refuses the ${whose}: correct it`)
  }
  if (reply.text.includes('without any password configured')) {
    throw urlError(address, 'has no password, but the URL names one: take it out')
  }
  throw unexpected('AUTH', reply, address)
}

async function ping(conversation: ProbeClient, address: RedisAddress): Promise<void> {
  const reply = await conversation.send('PING')
  if (reply.text === 'PONG' && !reply.error) return
  // An ACL user without PING: logged in, so it is a Redis, and the right one.
  if (reply.error && reply.text.startsWith('NOPERM')) return
  if (reply.error && reply.text.startsWith('NOAUTH')) {
    const scheme = address.tls ? 'rediss' : 'redis'
    const example = `${scheme}://:PASSWORD@${formatHostPort(address)}`
    throw urlError(address, `needs a password: write ${example}`)
  }
  if (reply.error) throw unexpected('PING', reply, address)
  throw urlError(address, 'answers, but is not a Redis: check the port')
}

// An error's text may quote the command, password and all: only its first word is shown.
function unexpected(command: string, reply: Reply, address: RedisAddress): UserError {
  const known: Record<string, string> = {
    LOADING: 'is still loading its data: try again in a moment',
    DENIED: 'is in protected mode and talks to its own machine only',
    MASTERDOWN: 'is a replica that has lost its master',
  }
  if (reply.text.includes('max number of clients')) {
    return urlError(address, 'has no connection left: close other clients first')
  }
  const code = /^[A-Z]+/.exec(reply.text)?.[0] ?? 'an error'
  return urlError(address, known[code] ?? `answers ${command} with ${code}`)
}
