import type { Cookie } from '../../workshop/check/cookies.ts'
import { expectTrue } from '../../workshop/check/expectation.ts'
import type { TestBed } from '../../workshop/check/test-bed.ts'

// What the gates of web steps know of the cookie that holds the id of a session.

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
 * Judges the session cookie of a page behind a router that ends TLS.
 *
 * @param plain the one on plain HTTP: `sameSite: 'auto'` is stricter there
 */
export function expectSecureCookie(
  cookie: Cookie | undefined,
  plain: Cookie | undefined,
): void {
  expectTrue(
    cookie?.secure === true,
    'a session cookie that is marked Secure behind a router that ends TLS',
    cookie ? 'it is not marked Secure' : 'there is no cookie',
  )
  expectTrue(cookie?.httpOnly === true, 'a session cookie that is HttpOnly', 'it is not')
  const sites = [cookie, plain].map((one) => one?.sameSite)
  expectTrue(
    sites.includes('lax') || sites.includes('strict'),
    'a session cookie with SameSite=Lax or SameSite=Strict',
    sites[0] ? `SameSite is ${sites[0]}` : 'it says nothing about SameSite',
  )
}

// Less than this is a mistake in the unit, not a choice.
const minTtlMs = 5 * 60 * 1000

/** Asserts that the session of this cookie stays in Redis for five minutes or longer, and expires. */
export async function expectSessionTtl(
  stage: TestBed,
  cookie: Cookie | undefined,
): Promise<void> {
  const id = cookie ? sessionId(cookie) : ''
  const left = Number(await stage.redisCommand('EVAL', timeToLive, '0', id))
  const received: Record<number, string> = {
    [-1]: 'its key never expires',
    [-2]: 'there is no key',
  }
  expectTrue(
    left >= minTtlMs,
    'a session in Redis that expires, after five minutes at the earliest',
    received[left] ?? `its key expires in ${Math.ceil(left / 1000)} seconds`,
  )
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
