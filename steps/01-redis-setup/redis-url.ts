// Where Redis is comes from the environment: the same code then runs on a laptop, in CI and on
// every PaaS, and no password ends up in git.

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
  // TODO(1) Take the first of REDIS_URL, REDISCLOUD_URL, REDISTOGO_URL that is set in
  // process.env; an empty one is not set. None? Throw an Error that says what to set.

  // TODO(2) Take it apart with new URL(): host, port (6379 if there is none), username and
  // password (they are percent-encoded), tls (rediss:). Not a Redis URL? Throw an Error that
  // names the variable, but never its value: it holds the password.
  const url = 'redis://localhost:6379'
  return { url, host: 'localhost', port: 6379, username: '', password: '', tls: false }
}
