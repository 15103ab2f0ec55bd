// The address of Redis comes from the environment: the same code then runs on a laptop, in CI, and
// on every PaaS, and no password ends up in git.
// Left out: SELECT for the database number after the slash, and Unix sockets.

const VARIABLES = ['REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL']
const EXAMPLE = 'redis://username:password@host:6379, with the password percent-encoded'

export interface RedisAddress {
  url: string
  host: string
  port: number
  username: string // '' when there is none
  password: string // '' when there is none
  tls: boolean
}

/** Reads the addresses from the first variable that is not empty; throws one plain sentence. */
export function redisAddresses(): [RedisAddress, ...RedisAddress[]] {
  // An empty variable counts as not set: that is how many shells and dashboards "remove" one.
  const variable = VARIABLES.find((name) => process.env[name])
  if (!variable) throw new Error(`Set ${VARIABLES.join(' or ')} to something like ${EXAMPLE}`)
  const [first, ...others] = (process.env[variable] ?? '').split(',').map((one) => parse(one))
  if (!first || !isComplete(others))
    throw new Error(`${variable} is malformed. Expected ${EXAMPLE}, or several with commas`)
  return [first, ...others]
}

function isComplete(addresses: (RedisAddress | undefined)[]): addresses is RedisAddress[] {
  return !addresses.includes(undefined)
}

function parse(text: string): RedisAddress | undefined {
  try {
    const url = new URL(text)
    if (!isRedisUrl(url)) return undefined
    return {
      url: url.href,
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'), // [::1] is how a URL spells ::1
      port: Number(url.port || 6379),
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      tls: url.protocol === 'rediss:',
    }
  } catch {
    // Neither the URL nor this error may be printed: both contain the password.
    return undefined
  }
}

/** Whether this is a whole Redis URL; new URL() accepts much more, such as `localhost:6379`. */
export function isRedisUrl({ protocol, hostname, pathname, search, hash }: URL): boolean {
  // A "/", "?" or "#" in a password that is not percent-encoded moves the "@" behind the host.
  const complete = /^\/?\d*$/.test(pathname) && !`${search}${hash}`.includes('@')
  return /^rediss?:$/.test(protocol) && hostname !== '' && complete
}
