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
  /** What messages call the URL, when that is not `REDIS_URL`. */
  name?: string
}

/**
 * Takes a REDIS_URL apart. A message never quotes the URL: there may be a password in it.
 *
 * @param text `redis://ada:secret@127.0.0.1:6379`
 * @param name what a message calls it
 * @throws UserError (exit 2) with what is wrong with it
 */
export function parseRedisUrl(text: string, name?: string): RedisAddress {
  const malformed = (what: string) =>
    new UserError(`${name ?? 'REDIS_URL'} is malformed: ${what}. ${expected}`)
  // An unencoded / ? or # ends the host early: then a part of the password looks like the host.
  if (/^rediss?:\/\/[^/?#]*[/?#].*@/is.test(text)) {
    throw malformed('a password must not hold / ? or #')
  }
  const url = parse(text)
  if (!url) throw malformed('it is not a URL')
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw new UserError(
      `${name ?? 'REDIS_URL'} must begin with redis:// (or rediss:// for TLS)`,
    )
  }
  const broken = (['username', 'password'] as const).find((part) => !isEncoded(url[part]))
  if (broken) throw malformed(`its ${broken} has a % that is not percent-encoding`)
  if (url.hostname === '') throw malformed('it names no host')
  if (url.port === '0') throw malformed('its port is 0')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    ...(name && { name }),
    host,
    port: Number(url.port || 6379),
    tls: url.protocol === 'rediss:',
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
  }
}

function parse(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

const expected =
  'Expected redis://[username:password@]HOST:PORT, ' +
  'and of a password every special character: percent-encode it (/ is %2F, # is %23, @ is %40)'

/** `HOST:PORT`, with the brackets that IPv6 wants. */
export function formatHostPort({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
