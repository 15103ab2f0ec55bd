// Where Redis is comes from the environment: the same code then runs on a laptop, in CI and on
// every PaaS, and no password ends up in git.
// Left out: SELECT for the database number behind the slash, and unix sockets.

const VARIABLES = ['REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL']
const EXAMPLE = 'redis://username:password@host:6379'

export interface RedisAddress {
  url: string
  host: string
  port: number
  username: string // '' when there is none
  password: string // '' when there is none
  tls: boolean
}

/** Reads where Redis is from the first variable that is set; throws one plain sentence. */
export function redisAddress(): RedisAddress {
  // An empty variable counts as not set: that is how many shells and dashboards "remove" one.
  const variable = VARIABLES.find((name) => process.env[name])
  if (!variable) throw new Error(`Set ${VARIABLES.join(' or ')} to something like ${EXAMPLE}`)
  const address = parse(process.env[variable] ?? '')
  if (!address) throw new Error(`${variable} is not a Redis URL such as ${EXAMPLE}`)
  return address
}

function parse(text: string): RedisAddress | undefined {
  try {
    const url = new URL(text)
    const known = url.protocol === 'redis:' || url.protocol === 'rediss:'
    if (!known || !url.hostname || !/^\/?\d*$/.test(url.pathname)) return undefined
    return {
      url: url.href,
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'), // [::1] is how a URL writes ::1
      port: Number(url.port || 6379),
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      tls: url.protocol === 'rediss:',
    }
  } catch {
    // Neither the URL nor this error may be shown: both carry the password.
    return undefined
  }
}
