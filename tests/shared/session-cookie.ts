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

/** Proves that Redis will forget the session of this cookie some day. */
export async function expectSessionTtl(
  stage: TestBed,
  cookie: Cookie | undefined,
): Promise<void> {
  const id = cookie ? sessionId(cookie) : ''
  const left = Number(await stage.redisCommand('EVAL', timeToLive, '0', id))
  expectTrue(
    left > 0,
    'a session in Redis that expires: its key has a time to live',
    left === -1 ? 'its key stays for ever' : 'there is no key with the id of the session',
  )
}

// Prefixes differ, the id is part of the key: in milliseconds, -1 for ever, -2 no such key.
const timeToLive = `
  for _, key in ipairs(redis.call('KEYS', '*')) do
    if string.find(key, ARGV[1], 1, true) then return redis.call('PTTL', key) end
  end
  return -2`
