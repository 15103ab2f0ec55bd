import { UserError } from '../errors.ts'

/** The parts of a REDIS_URL. */
export interface RedisAddress {
  host: string
  /** 6379 when the URL has none. */
  port: number
  /** `rediss:` */
  tls: boolean
  username?: string
  password?: string
}

/**
 * Takes a REDIS_URL apart. A message never quotes the URL: there may be a password in it.
 *
 * @param text `redis://ada:secret@127.0.0.1:6379`
 * @throws UserError (exit 2) with what is wrong with it
 */
export function parseRedisUrl(text: string): RedisAddress {
  // An unencoded / ? or # ends the host early: then a part of the password looks like the host.
  if (/^rediss?:\/\/[^/?#]*[/?#].*@/is.test(text)) {
    throw malformed('a password must not hold / ? or #')
  }
  const url = parse(text)
  if (!url) throw malformed('it is not a URL')
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw new UserError('REDIS_URL must begin with redis:// (or rediss:// for TLS)')
  }
  const credentials = { ...decoded('username', url), ...decoded('password', url) }
  if (url.hostname === '') throw malformed('it names no host')
  if (url.port === '0') throw malformed('its port is 0')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    host,
    port: Number(url.port || 6379),
    tls: url.protocol === 'rediss:',
    ...credentials,
  }
}

function parse(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

function decoded(part: 'username' | 'password', url: URL): Partial<RedisAddress> {
  if (url[part] === '') return {}
  try {
    return { [part]: decodeURIComponent(url[part]) }
  } catch {
    throw malformed(`its ${part} has a % that is not percent-encoding`)
  }
}

function malformed(what: string): UserError {
  return new UserError(
    `REDIS_URL is malformed: ${what}. Expected redis://[username:password@]HOST:PORT, ` +
      'and of a password every special character: percent-encode it (/ is %2F, # is %23, @ is %40)',
  )
}

/** `HOST:PORT`, with the brackets that IPv6 wants. */
export function formatHostPort({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
