import type { Endpoint } from '../../workshop/check/http.ts'
import { cpuClock } from '../../workshop/check/cpu-clock.ts'
import type { HttpSession, SessionResponse } from '../../workshop/check/http-session.ts'
import type { Cookie } from '../../workshop/check/cookies.ts'
import { ExpectationFailed, expectTrue } from '../../workshop/check/expectation.ts'
import type { AppUnderTest } from '../../workshop/check/app-under-test.ts'
import { sessionCookie } from './session-cookie.ts'
import type { TestBed, StartOptions } from '../../workshop/check/test-bed.ts'

// What the gates of web steps share: logging in, and asking who one is.

/** Starts an instance and waits until it answers requests. */
export async function startWeb(
  stage: TestBed,
  name: string,
  options?: StartOptions,
): Promise<AppUnderTest> {
  const program = await stage.start(name, options)
  await program.waitForHttp()
  return program
}

/** Logs in; what the answer looks like is all the same, if it is none of an error. */
export async function login(
  browser: HttpSession,
  to: Endpoint,
  user: string,
): Promise<SessionResponse> {
  const page = await browser.request(to, 'POST', '/login', { json: { user } })
  expectTrue(
    isOk(page),
    `${to.name} to log in with POST /login {"user":"${user}"}`,
    `POST /login answered ${page.status}`,
    to.name,
  )
  return page
}

/**
 * Asks who this browser is.
 *
 * @returns how many views it has had
 * @throws NotYet unless it is this user, with a count, on the instance that was asked
 */
export async function whoAmI(
  browser: HttpSession,
  to: AppUnderTest,
  user: string,
): Promise<number> {
  const page = await browser.request(to, 'GET', '/me')
  return viewsOf(page, { to, user, cookie: browser.cookieFor(to.url + '/me') })
}

/** The same, as soon as it answers without an error of its own: Redis comes back by and by. */
export async function whoAmIEventually(
  browser: HttpSession,
  to: AppUnderTest,
  user: string,
): Promise<number> {
  const began = cpuClock.now()
  let page = await browser.request(to, 'GET', '/me')
  while (page.status >= 500 && cpuClock.since(began).countedMs < 5_000) {
    await to.poll(100, () => to.instance.exit)
    page = await browser.request(to, 'GET', '/me')
  }
  return viewsOf(page, { to, user, cookie: browser.cookieFor(to.url + '/me') })
}

interface Asked {
  to: AppUnderTest
  user: string
  cookie: string
}

function viewsOf(page: SessionResponse, { to, user, cookie }: Asked): number {
  const expected = `${to.name} to know ${user}: GET /me answers {"user":"${user}","views":…,"instance":"${to.name}"}`
  const answered = `GET /me answered ${page.status}`
  if (page.status !== 200) {
    const why = cookie ? '' : '; the browser has no cookie to send'
    throw new ExpectationFailed(expected, answered + why, to.name)
  }
  const { user: known, views, instance } = page.json
  const fits = known === user && instance === to.name && typeof views === 'number'
  if (!fits)
    throw new ExpectationFailed(expected, `${answered} ${page.text.slice(0, 200)}`, to.name)
  return views
}

/** Proves that a browser is nobody's on this instance. @param expected the sentence for it */
export async function expectAnonymous(
  browser: HttpSession,
  to: AppUnderTest,
  expected: string,
): Promise<void> {
  const { status } = await browser.request(to, 'GET', '/me')
  expectTrue(status === 401, expected, `GET /me answered ${status}`, to.name)
}

/** Proves that the count is what it should be. */
export function expectViewCount(to: AppUnderTest, expected: number, views: number): void {
  expectTrue(
    views === expected,
    `${to.name} to count the views of this session: ${expected} by now`,
    `it says ${views}`,
    to.name,
  )
}

/** Asks another instance; when that fails it tells whether both have the same name for the cookie. */
export async function explainCookieName<T>(
  stage: TestBed,
  other: AppUnderTest,
  cookie: Cookie | undefined,
  asks: () => Promise<T>,
): Promise<T> {
  try {
    return await asks()
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    stage.freezeEvidence()
    const { setCookie } = await login(stage.httpSession(), other, 'grace')
    const name = sessionCookie(setCookie)?.name
    if (!name || name === cookie?.name) throw error
    const names = `the cookie is called ${cookie?.name}, and ${other.name} looks for ${name}`
    throw new ExpectationFailed(error.expected, `${error.received}: ${names}`, error.who)
  }
}

/** Proves that who knew the id of a session before a login cannot use it afterwards. */
export async function expectSessionIdRenewed(stage: TestBed, to: Endpoint): Promise<void> {
  const thief = stage.httpSession()
  await login(thief, to, 'grace')
  // The thief has left his own cookie in the browser that ada uses next.
  const ada = thief.copy()
  await ada.request(to, 'POST', '/login', { json: { user: 'ada' } })
  const { json } = await thief.request(to, 'GET', '/me')
  expectTrue(
    json['user'] !== 'ada',
    'a session to have another id after a login than before',
    'whoever knew the id from before the login is ada now, too',
  )
}

/** Whether an answer is none of an error. */
export function isOk({ status }: SessionResponse): boolean {
  return status >= 200 && status < 400
}
