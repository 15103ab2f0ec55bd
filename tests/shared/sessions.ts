import {
  type AppUnderTest,
  type Cookie,
  type Endpoint,
  type Fact,
  type HttpSession,
  type SessionResponse,
  type StartOptions,
  type TestBed,
  ExpectationFailed,
  failUnless,
} from '../../workshop/check/suite.ts'
import { sessionCookie } from './session-cookie.ts'

// What the suites of web steps share: logging in, and asking who is logged in.

// The sessions in which a login has set a cookie.
const withCookie = new WeakSet<HttpSession>()

// The last event on the wire of an app when it was last asked who is logged in.
const askedAfter = new WeakMap<AppUnderTest, number>()

/** Starts an instance and waits until it answers requests. */
export async function startWeb(
  testBed: TestBed,
  name: string,
  options?: StartOptions,
): Promise<AppUnderTest> {
  const app = await testBed.start(name, options)
  await app.waitForHttp()
  return app
}

/** The fact that a response is not as it should be. */
export function wrongResponse(
  app: string,
  [method, path]: readonly [string, string],
  { status, text }: Pick<SessionResponse, 'status' | 'text'>,
  more: { should: string; expectation: string; client?: string; when?: string },
): Fact {
  return {
    kind: 'http-wrong',
    app,
    request: { method, path },
    response: { status, text },
    ...more,
  }
}

/** The fact that the latest response to GET /me is not as it should be. */
export function wrongMeResponse(
  app: AppUnderTest,
  { status, text }: Pick<SessionResponse, 'status' | 'text'>,
  more: { should: string; expectation: string; client?: string; when?: string },
): Fact {
  return {
    kind: 'http-wrong',
    app: app.name,
    request: { method: 'GET', path: '/me', sinceSeq: askedAfter.get(app) ?? 0 },
    response: { status, text },
    ...more,
  }
}

/** Asks who is logged in in this browser, whatever the answer. */
export function getMe(
  browser: HttpSession,
  app: AppUnderTest,
  payload?: { headers: Record<string, string> },
): Promise<SessionResponse> {
  askedAfter.set(app, app.wire.at(-1)?.seq ?? 0)
  return browser.request(app, 'GET', '/me', payload)
}

/** Logs in. Any response that reports no error is right. */
export async function login(
  browser: HttpSession,
  endpoint: Endpoint,
  user: string,
): Promise<SessionResponse> {
  const response = await browser.request(endpoint, 'POST', '/login', { json: { user } })
  const should = 'a status of 2xx or 3xx'
  const more = { should, expectation: 'login', client: user, when: `for {"user":"${user}"}` }
  failUnless(isOk(response), wrongResponse(endpoint.name, ['POST', '/login'], response, more))
  if (response.setCookie.length > 0) withCookie.add(browser)
  return response
}

/**
 * Asks who is logged in in this browser.
 *
 * @returns the number of views
 * @throws ExpectationFailed unless it is this user, with a count, on the instance that was asked
 */
export async function whoAmI(
  browser: HttpSession,
  app: AppUnderTest,
  user: string,
): Promise<number> {
  const cookies = cookieNames(browser, app)
  const response = await getMe(browser, app)
  return viewsOf(response, { app, user, cookies, isSet: withCookie.has(browser) })
}

/** The same, as soon as the response reports no error of the server: Redis comes back later. */
export async function whoAmIEventually(
  browser: HttpSession,
  app: AppUnderTest,
  user: string,
): Promise<number> {
  const began = app.clock.now()
  const cookies = cookieNames(browser, app)
  let response = await getMe(browser, app)
  while (response.status >= 500 && app.clock.since(began).countedMs < 5_000) {
    await app.poll(100, () => app.instance.exit)
    response = await getMe(browser, app)
  }
  return viewsOf(response, { app, user, cookies, isSet: withCookie.has(browser) })
}

interface Asked {
  app: AppUnderTest
  user: string
  /** The names of the cookies that the request carried. */
  cookies: readonly string[]
  /** Whether the login has set a cookie. */
  isSet: boolean
}

function viewsOf(response: SessionResponse, asked: Asked): number {
  const { user, views, instance } = response.json
  const { app } = asked
  const isComplete = user === asked.user && instance === app.name && typeof views === 'number'
  if (response.status === 200 && isComplete) return views
  throw new ExpectationFailed(wrongMe(response, asked))
}

function wrongMe(
  { status, text }: SessionResponse,
  { app, user, cookies, isSet }: Asked,
): Fact {
  const expectations = { sent: 'me', withheld: 'cookie-withheld', missing: 'cookie-missing' }
  const cookie = cookies.length > 0 ? 'sent' : isSet ? 'withheld' : 'missing'
  return {
    kind: 'http-wrong',
    expectation: expectations[cookie],
    app: app.name,
    client: user,
    request: { method: 'GET', path: '/me', cookies },
    should: `{"user":"${user}","views":…,"instance":"${app.name}"}`,
    response: { status, text },
  }
}

function cookieNames(browser: HttpSession, { url }: Endpoint): string[] {
  const header = browser.cookieFor(`${url}/me`)
  return header ? header.split('; ').map((pair) => pair.split('=')[0] ?? '') : []
}

/** Proves that no user is logged in in this browser. */
export async function expectAnonymous(
  browser: HttpSession,
  app: AppUnderTest,
  about: { expectation: string; when: string; cookie?: string },
): Promise<void> {
  const { cookie, ...more } = about
  const headers = cookie === undefined ? undefined : { headers: { Cookie: cookie } }
  const response = await getMe(browser, app, headers)
  failUnless(
    response.status === 401,
    wrongMeResponse(app, response, { should: 'status 401', ...more }),
  )
}

/** Proves that the number of views is right. */
export function expectViewCount(
  app: AppUnderTest,
  expected: number,
  views: number,
  more = { expectation: 'views', client: 'ada' },
): void {
  const response = { status: 200, text: `with "views":${views}` }
  const should = `"views":${expected}`
  failUnless(views === expected, wrongMeResponse(app, response, { ...more, should }))
}

/** Asks another instance; when that fails it finds out whether both name the cookie alike. */
export async function explainCookieName<T>(
  testBed: TestBed,
  other: AppUnderTest,
  cookie: Cookie | undefined,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    testBed.freezeEvidence()
    const { setCookie } = await login(testBed.httpSession(), other, 'grace')
    const name = sessionCookie(setCookie)?.name
    if (!name || !cookie || name === cookie.name) throw error
    const when = `for the cookie ${cookie.name}; its own is named ${name}`
    throw new ExpectationFailed({ ...error.fact, expectation: 'cookie-name', when })
  }
}

/** Proves that a session id from before a login is worth nothing after it. */
export async function expectSessionIdRenewed(testBed: TestBed, to: Endpoint): Promise<void> {
  const attacker = testBed.httpSession()
  await login(attacker, to, 'grace')
  // The attacker has put this cookie into the browser in which ada logs in.
  const ada = attacker.copy()
  await ada.request(to, 'POST', '/login', { json: { user: 'ada' } })
  const response = await attacker.request(to, 'GET', '/me')
  failUnless(
    response.json['user'] !== 'ada',
    wrongResponse(to.name, ['GET', '/me'], response, {
      should: 'another user than ada',
      expectation: 'session-id',
      when: 'for the cookie from before her login',
    }),
  )
}

/** Whether a response reports no error. */
export function isOk({ status }: SessionResponse): boolean {
  return status >= 200 && status < 400
}
