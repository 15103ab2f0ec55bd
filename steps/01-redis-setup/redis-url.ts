// The address of Redis comes from the environment: the same code then runs on a laptop, in CI, and
// on every PaaS, and no password ends up in git.

export interface RedisAddress {
  url: string
  host: string
  port: number
  username: string // '' when there is none
  password: string // '' when there is none
  tls: boolean
}

/** Reads the address from the first variable that is not empty; throws one plain sentence. */
export function redisAddress(): RedisAddress {
  // TODO(1) Find the first of REDIS_URL, REDISCLOUD_URL and REDISTOGO_URL in process.env that is
  // not empty. If there is none, throw an Error that names what to set.

  // TODO(2) Parse it with new URL() and return its parts: host, port (6379 if there is none),
  // username and password (percent-decoded), tls (true for rediss:). If new URL() or
  // decodeURIComponent() throws, or isRedisUrl() is false, throw an Error that names the variable,
  // but not its value, which contains the password.
  const url = 'redis://localhost:6379'
  return { url, host: 'localhost', port: 6379, username: '', password: '', tls: false }
}

/** Whether this is a whole Redis URL; new URL() accepts much more, such as `localhost:6379`. */
export function isRedisUrl({ protocol, hostname, pathname, search, hash }: URL): boolean {
  // A "/", "?" or "#" in a password that is not percent-encoded moves the "@" behind the host.
  const complete = /^\/?\d*$/.test(pathname) && !`${search}${hash}`.includes('@')
  return /^rediss?:$/.test(protocol) && hostname !== '' && complete
}
