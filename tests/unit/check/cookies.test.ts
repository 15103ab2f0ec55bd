import { afterEach, expect, test, vi } from 'vitest'
import { CookieJar, readCookie } from '../../../workshop/check/cookies.ts'

const page = new URL('http://127.0.0.1:3000/shop/cart')
const safe = new URL('https://localhost:3001/shop/cart')

afterEach(() => void vi.useRealTimers())

/** A jar after a response with these headers. */
function jar(asked: URL, ...headers: string[]): CookieJar {
  const made = new CookieJar()
  fill(made, asked, ...headers)
  return made
}

function fill(into: CookieJar, asked: URL, ...headers: string[]): void {
  const cookies = headers.map((header) => readCookie(header, asked))
  into.keep(
    cookies.filter((cookie) => cookie !== undefined),
    asked,
  )
}

test('attributes are parsed in any case, with or without spaces', () => {
  const header =
    'connect.sid=s%3Aa=b.c%2F; path=/x; expires=Thu, 01 Jan 2099 00:00:00 GMT;HttpOnly ; SECURE; SameSite=Lax'
  expect(readCookie(header, page)).toEqual({
    name: 'connect.sid',
    header:
      'connect.sid=s%3Aa…; path=/x; expires=Thu, 01 Jan 2099 00:00:00 GMT;HttpOnly ; SECURE; SameSite=Lax',
    value: 's%3Aa=b.c%2F',
    path: '/x',
    expires: Date.UTC(2099, 0, 1),
    secure: true,
    httpOnly: true,
    sameSite: 'lax',
  })
  expect(readCookie('a=1', page)).toMatchObject({ secure: false, httpOnly: false })
  expect(readCookie('a=1', page)?.sameSite).toBeUndefined()
  expect(readCookie('; Path=/', page)).toBeUndefined()
})

test('cookies are shared by all hosts and ports', () => {
  const header = jar(page, 'a=1; Path=/').header(new URL('https://ada.example:81/'))
  expect(header).toBe('a=1')
})

test.each([
  ['/', '/', true],
  ['/', '/me', true],
  ['/shop', '/shop', true],
  ['/shop', '/shop/cart', true],
  ['/shop/', '/shop/cart', true],
  ['/shop', '/shopping', false],
  ['/shop', '/', false],
])('a cookie of %s goes to %s: %s', (path, to, goes) => {
  expect(jar(page, `a=1; Path=${path}`).header(new URL(to, page)) !== '').toBe(goes)
})

test.each([
  ['http://x/shop/cart', '/shop'],
  ['http://x/cart', '/'],
  ['http://x/', '/'],
])('without a path, one set by %s belongs to %s', (asked, path) => {
  expect(readCookie('a=1', new URL(asked))?.path).toBe(path)
})

test('a Secure cookie is stored and sent over TLS only', () => {
  expect(jar(page, 'a=1; Path=/; Secure').header(safe)).toBe('')
  const held = jar(safe, 'a=1; Path=/; Secure')
  expect([held.header(safe), held.header(page)]).toEqual(['a=1', ''])
})

test('a cookie replaces the one with its name and path, and no other', () => {
  const held = jar(page, 'a=1; Path=/', 'b=2; Path=/', 'a=3; Path=/shop', 'a=4; Path=/')
  expect(held.header(page)).toBe('a=3; b=2; a=4')
})

test.each(['a=; Path=/; Max-Age=0', 'a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'])(
  'a cookie is removed by %s',
  (header) => {
    const held = jar(page, 'a=1; Path=/')
    fill(held, page, header)
    expect(held.all()).toEqual([])
  },
)

test('a cookie expires in time, and Max-Age has precedence over Expires', () => {
  vi.useFakeTimers({ now: 1_000_000 })
  const past = 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'
  const held = jar(page, `a=1; Path=/; Max-Age=60; ${past}`, 'b=2; Path=/')
  expect(held.header(page)).toBe('a=1; b=2')
  vi.setSystemTime(1_000_000 + 60_000)
  expect(held.header(page)).toBe('b=2')
})
