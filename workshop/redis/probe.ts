import { UserError } from '../errors.ts'
import { type Reply, ProbeClient } from './probe-client.ts'
import { explainConnectionError, urlError } from './connection-errors.ts'
import { type RedisAddress, parseRedisUrl, formatHostPort } from './url.ts'
import { oldestMajor } from './server.ts'

/** A Redis that answered. */
export interface ProbedRedis {
  host: string
  port: number
  /** `7.0.15`, or `of unknown version` when its user may not ask. */
  version: string
}

/**
 * Tries a given REDIS_URL: connects, logs in, PING, INFO, HELLO,
 * SUBSCRIBE. Writes nothing.
 *
 * @param url `redis://…` or `rediss://…`
 * @param timeoutMs milliseconds the whole of it may take
 * @throws UserError (exit 2), one line with the cause, never with the password
 */
export async function probeRedis(url: string, timeoutMs = 5000): Promise<ProbedRedis> {
  const address = parseRedisUrl(url)
  const client = new ProbeClient(address, timeoutMs)
  try {
    await logIn(client, address)
    await ping(client, address)
    const info = await client.send('INFO', 'server')
    const version = /^redis_version:(\S+)/m.exec(info.text)?.[1]
    await assertUsable(client, address, version)
    return {
      host: address.host,
      port: address.port,
      version: version ?? 'of unknown version',
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    throw explainConnectionError(error, address, {
      connected: client.connected,
      timeoutMs,
    })
  } finally {
    client.close()
  }
}

/**
 * Makes sure that a Redis answers at an address, whether it lets us in or not.
 *
 * @throws UserError (exit 2), one line with the cause
 */
export async function expectRedis(address: RedisAddress, timeoutMs = 5000): Promise<void> {
  const client = new ProbeClient(address, timeoutMs)
  try {
    const reply = await client.send('PING')
    const isRedis = reply.error ? /^[A-Z]+ /.test(reply.text) : reply.text === 'PONG'
    if (!isRedis) throw noRedis(address)
  } catch (error) {
    const { connected } = client
    throw explainConnectionError(error, address, { connected, timeoutMs })
  } finally {
    client.close()
  }
}

function noRedis(address: RedisAddress): UserError {
  return urlError(address, 'answers, but is not a Redis: check the port')
}

async function logIn(client: ProbeClient, address: RedisAddress): Promise<void> {
  const { username, password } = address
  if (username === undefined && password === undefined) return
  const words = username === undefined ? [] : [username]
  const reply = await client.send('AUTH', ...words, password ?? '')
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

async function ping(client: ProbeClient, address: RedisAddress): Promise<void> {
  const reply = await client.send('PING')
  if (reply.text === 'PONG' && !reply.error) return
  // An ACL user without PING: logged in, so it is a Redis, and the right one.
  if (reply.error && reply.text.startsWith('NOPERM')) return
  if (reply.error && reply.text.startsWith('NOAUTH')) {
    const scheme = address.tls ? 'rediss' : 'redis'
    const example = `${scheme}://:PASSWORD@${formatHostPort(address)}`
    throw urlError(address, `needs a password: write ${example}`)
  }
  if (reply.error) throw unexpected('PING', reply, address)
  throw noRedis(address)
}

// What every step from the second on needs: RESP3, and from the third on channels. Found here, it
// is one line; found by a program, it is a client that tries again forever.
async function assertUsable(
  client: ProbeClient,
  address: RedisAddress,
  version: string | undefined,
): Promise<void> {
  if (version !== undefined && Number.parseInt(version, 10) < oldestMajor) {
    const needed = `the workshop needs ${oldestMajor}.0 or newer`
    throw urlError(
      address,
      `is Redis ${version}, and ${needed}: upgrade it, or unset REDIS_URL`,
    )
  }
  const hello = await client.send('HELLO', '3')
  if (hello.error && /^(ERR|NOPERM|NOPROTO)/.test(hello.text)) {
    throw urlError(
      address,
      'refuses the command HELLO, which the redis package sends first: allow it, ' +
        'connect without the proxy that hides it, or unset REDIS_URL',
    )
  }
  const subscribed = await client.send('SUBSCRIBE', 'instances')
  if (!subscribed.error || !subscribed.text.startsWith('NOPERM')) return
  const user = address.username ?? 'default'
  throw urlError(
    address,
    `does not let the user ${user} subscribe: run ACL SETUSER ${user} allchannels +@pubsub`,
  )
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
