import { type Cookie, type TestBed, failUnless } from '../../workshop/check/suite.ts'

// What the suites of web steps know of the cookie that holds the id of a session.

/** The cookie that holds the signed session id: a program may set others beside it. */
export function sessionCookie(cookies: readonly Cookie[]): Cookie | undefined {
  return cookies.find(({ value }) => /^s(:|%3A)/i.test(value)) ?? cookies[0]
}

/** The session id in a cookie, without its signature. */
export function sessionId({ value }: Cookie): string {
  const text = decodeURIComponent(value).replace(/^s:/, '')
  return text.slice(0, text.lastIndexOf('.'))
}

/**
 * Proves that the session cookie of a page behind a router that ends TLS is protected.
 *
 * @param plain the one on plain HTTP: `sameSite: 'auto'` is stricter there
 */
export function expectSecureCookie(
  cookie: Cookie | undefined,
  plain: Cookie | undefined,
): void {
  const fact = {
    kind: 'cookie-wrong',
    cookie: cookie?.name,
    holds: undefined,
    header: cookie?.header,
  } as const
  failUnless(cookie?.secure === true, {
    ...fact,
    attribute: 'Secure',
    should:
      'the attribute Secure behind a router that ends TLS and sends X-Forwarded-Proto: https',
  })
  failUnless(cookie.httpOnly, {
    ...fact,
    attribute: 'HttpOnly',
    should: 'the attribute HttpOnly',
  })
  const sites = [cookie, plain].map((one) => one?.sameSite)
  failUnless(sites.includes('lax') || sites.includes('strict'), {
    ...fact,
    attribute: 'SameSite',
    should: 'SameSite=Lax or SameSite=Strict',
    holds: sites[0] && `SameSite=${sites[0]}`,
  })
}

// Less than this is a mistake in the unit, not a choice.
const minTtlMs = 5 * 60 * 1000

// A store counts in seconds, and may round down.
const roundingMs = 1_000

/**
 * Proves that the session of this cookie stays in Redis for five minutes or longer, and expires.
 *
 * @param sinceMs when the request began that stored it, by `performance.now()`: Redis counts down from then on
 */
export async function expectSessionTtl(
  testBed: TestBed,
  cookie: Cookie | undefined,
  sinceMs: number,
): Promise<void> {
  const id = cookie ? sessionId(cookie) : ''
  const leftMs = Number(await testBed.redisCommand('EVAL', timeToLive, '0', id))
  const countedDownMs = performance.now() - sinceMs
  failUnless(leftMs >= 0 && leftMs + countedDownMs + roundingMs >= minTtlMs, {
    kind: 'redis-key',
    key: 'of the session',
    should: 'a time to live of five minutes or more',
    ...ttlFound(leftMs),
  })
}

function ttlFound(leftMs: number): { expectation: string; holds: string } {
  if (leftMs === -1) return { expectation: 'session-never-expires', holds: 'none' }
  if (leftMs === -2) return { expectation: 'session-missing', holds: 'nothing: it is missing' }
  return {
    expectation: 'session-expires-soon',
    holds: `a time to live of ${Math.ceil(leftMs / 1000)} seconds`,
  }
}

// In milliseconds; -1 never, -2 no such key. The id is part of the key, after some prefix, unless the
// store hashes it: then the key is the one that holds what express-session stores.
const timeToLive = `
  local fallback = -2
  for _, key in ipairs(redis.call('KEYS', '*')) do
    if string.find(key, ARGV[1], 1, true) then return redis.call('PTTL', key) end
    if redis.call('TYPE', key).ok == 'string' and string.find(redis.call('GET', key), '"cookie"', 1, true)
    then fallback = redis.call('PTTL', key) end
  end
  return fallback`
