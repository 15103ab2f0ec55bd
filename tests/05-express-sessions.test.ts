import { once } from 'node:events'
import { diagnoses } from './05-express-sessions/diagnoses.ts'
import { expectSecureCookie, expectSessionTtl, sessionCookie } from './shared/session-cookie.ts'
import {
  expectAnonymous,
  expectSessionIdRenewed,
  expectViewCount,
  explainCookieName,
  getMe,
  isOk,
  login,
  startWeb,
  whoAmI,
  whoAmIEventually,
  wrongMeResponse,
  wrongResponse,
} from './shared/sessions.ts'
import {
  type AppUnderTest,
  type HttpSession,
  type SessionResponse,
  type TestBed,
  defineCheck,
  failUnless,
  fieldsOf,
  isCommand,
  parseJsonObject,
  withProbe,
} from '../workshop/check/suite.ts'

const jsonType = { 'Content-Type': 'application/json' }

// [what it is, which expectation it belongs to, the request]
const invalidBodies = [
  ['no body', 'no-body', {}],
  ['half a JSON', 'malformed-json', { text: '{"user":', headers: jsonType }],
  ['null', 'invalid-body', { json: null }],
  ['{}', 'invalid-body', { json: {} }],
  ['{"user":""}', 'invalid-body', { json: { user: '' } }],
  ['{"user":42}', 'invalid-body', { json: { user: 42 } }],
  ['{"user":["ada"]}', 'invalid-body', { json: { user: ['ada'] } }],
] as const

defineCheck('05-express-sessions', { diagnoses }, (goal) => {
  goal(
    '`POST /login` with `{"user":"ada"}` logs in; `GET /me` then answers `{user, views, instance}` and counts the views',
    async (testBed) => {
      const web1 = await startWeb(testBed, 'web.1')
      const [ada, grace] = [testBed.httpSession(), testBed.httpSession()]
      await login(ada, web1, 'ada')
      const first = await whoAmI(ada, web1, 'ada')
      expectViewCount(web1, first + 1, await whoAmI(ada, web1, 'ada'))
      // Another user has a count of her own.
      await login(grace, web1, 'grace')
      const hers = await whoAmI(grace, web1, 'grace')
      expectViewCount(web1, first, hers, { expectation: 'views-apart', client: 'grace' })
      expectViewCount(web1, first + 2, await whoAmI(ada, web1, 'ada'))
      await expectUserChanged(ada, web1, 'linus')
    },
  )

  goal(
    'the session survives a restart of the instance and a move to another instance',
    async (testBed) => {
      const [web1, web2] = await two(testBed)
      const ada = testBed.httpSession()
      await login(ada, web1, 'ada')
      const views = await whoAmI(ada, web1, 'ada')
      const cookie = sessionCookie(ada.cookies)
      const next = await explainCookieName(testBed, web2, cookie, () =>
        whoAmI(ada, web2, 'ada'),
      )
      expectViewCount(web2, views + 1, next)
      await web1.restart('SIGTERM')
      await web1.waitForHttp()
      expectViewCount(web1, views + 2, await whoAmI(ada, web1, 'ada'))
      // Killed without a warning: the session must be stored elsewhere by now.
      web1.sendSignal('SIGKILL')
      await web1.waitForExit()
      expectViewCount(web2, views + 3, await whoAmI(ada, web2, 'ada'))
    },
  )

  goal(
    'the session survives a Redis that is offline for a moment between two requests',
    async (testBed) => {
      const web1 = await startWeb(testBed, 'web.1')
      const ada = testBed.httpSession()
      await login(ada, web1, 'ada')
      await whoAmI(ada, web1, 'ada')
      await testBed.restartRedis()
      await withProbe(
        testBed,
        () => whoAmIEventually(ada, web1, 'ada'),
        // One that crashes closes the connection first, and prints why a moment later.
        () => web1.poll(500, () => web1.instance.exit),
      )
    },
  )

  goal(
    'an anonymous user gets 401 from `GET /me`, and an invalid login body gets 400',
    async (testBed) => {
      const web1 = await startWeb(testBed, 'web.1')
      const browser = testBed.httpSession()
      await expectAnonymous(browser, web1, {
        expectation: 'anonymous',
        when: 'when no user is logged in',
      })
      for (const [name, expectation, body] of invalidBodies) {
        const response = await browser.request(web1, 'POST', '/login', body)
        const more = { should: 'status 400', expectation, when: `for the body: ${name}` }
        failUnless(
          response.status === 400,
          wrongResponse('web.1', ['POST', '/login'], response, more),
        )
      }
      await expectAnonymous(browser, web1, {
        expectation: 'failed-login',
        when: 'after a login that failed',
      })
      const cookie = sessionCookie((await login(testBed.httpSession(), web1, 'ada')).setCookie)
      await expectAnonymous(browser, web1, {
        expectation: 'forged-cookie',
        when: 'for a cookie with a forged signature',
        cookie: `${cookie?.name}=s%3Aforged.forged`,
      })
    },
  )

  goal('a login that could not be stored is answered with 503', async (testBed) => {
    const web1 = await startWeb(testBed, 'web.1')
    const ada = testBed.httpSession()
    const request = () => ada.request(web1, 'POST', '/login', { json: { user: 'ada' } })
    const redis = fillRedisAtSave(testBed, web1, 'ada')
    let response = await request()
    const wasSaved = redis.isFull()
    await redis.fill()
    if (!wasSaved) response = await request()
    failUnless(
      response.status === 503,
      wrongResponse('web.1', ['POST', '/login'], response, {
        should: 'status 503',
        expectation: 'store-full',
        when: 'while Redis is full and stores nothing',
      }),
    )
    await testBed.redisCommand('CONFIG', 'SET', 'maxmemory', '0')
    await login(ada, web1, 'ada')
    await whoAmI(ada, web1, 'ada')
  })

  goal('`POST /logout` ends the session on every instance', async (testBed) => {
    const [web1, web2] = await two(testBed)
    const [ada, grace] = [testBed.httpSession(), testBed.httpSession()]
    await login(grace, web1, 'grace')
    await login(ada, web1, 'ada')
    await whoAmI(ada, web2, 'ada')
    const copy = ada.copy()
    const response = await logOut(ada, web1, () => expectLoggedOut(copy, web2))
    const more = { should: 'a status of 2xx or 3xx', expectation: 'logout' }
    failUnless(isOk(response), wrongResponse('web.1', ['POST', '/logout'], response, more))
    await expectAnonymous(ada, web1, { expectation: 'logged-out', when: 'after POST /logout' })
    for (const web of [web1, web2]) await expectLoggedOut(copy, web)
    await expectUser(grace, web2, 'grace', {
      expectation: 'others-stay',
      when: 'after ada has logged out',
    })
  })

  goal(
    'the session id changes at login; the cookie is `httpOnly` and `sameSite`, and `secure` behind TLS only',
    async (testBed) => {
      // That it is not Secure on plain HTTP has been seen: browsers would not have kept it.
      const web1 = await startWeb(testBed, 'web.1', { vars: production })
      const router = await testBed.startRouter({ tls: true })
      const cookie = sessionCookie(
        (await login(testBed.httpSession(), router, 'ada')).setCookie,
      )
      expectSecureCookie(
        cookie,
        sessionCookie((await login(testBed.httpSession(), web1, 'ada')).setCookie),
      )
      await expectSessionIdRenewed(testBed, router)
    },
  )

  goal(
    'a session stays in Redis for at least five minutes after a request and then expires; the secret comes from `SESSION_SECRET`',
    async (testBed) => {
      const [web1, other] = await Promise.all([
        startWeb(testBed, 'web.1'),
        startWeb(testBed, 'web.2', { vars: otherSecret }),
      ])
      const ada = testBed.httpSession()
      const sinceMs = performance.now()
      await login(ada, web1, 'ada')
      await expectSessionTtl(testBed, sessionCookie(ada.cookies), sinceMs)
      await expectAnonymous(ada, other, {
        expectation: 'other-secret',
        when: 'for a cookie of web.1, which has another SESSION_SECRET',
      })
      await login(testBed.httpSession(), web1, 'grace')
      expectOwnExpiry(web1)
    },
  )
})

// Redis deletes the session late. If the response comes before, a copy of the cookie must be worthless already.
async function logOut(session: HttpSession, web: AppUnderTest, early: () => Promise<void>) {
  const held = new AbortController()
  const deletes = () => web.wire.filter(isCommand).filter(({ name }) => isDelete(name)).length
  const before = deletes()
  web.proxy.holdCommand(({ name }) => isDelete(name), once(held.signal, 'abort'))
  let answer: SessionResponse | undefined
  const request = session
    .request(web, 'POST', '/logout')
    .then((response) => (answer = response))
  try {
    if (await web.poll(200, () => answer)) await early()
  } finally {
    held.abort()
    await request
    await web.poll(200, () => deletes() > before || undefined) // so that the wire shows it
  }
  return await request
}

// As it is stored first: each request after it moves the end.
// Each login has its session expire at a time of its own, if at all: a date that was computed once
// is over some day. A full minute may be meant for all.
function expectOwnExpiry(web: AppUnderTest): void {
  const ends = ['ada', 'grace'].map((user) => {
    const stored = web.wire
      .filter(isCommand)
      .flatMap(({ args }) => args)
      .find((arg) => arg.includes('"cookie"') && arg.includes(`"${user}"`))
    return fieldsOf(parseJsonObject(stored ?? '')['cookie'])['expires']
  })
  const [end] = ends
  const isSame = typeof end === 'string' && ends.every((other) => other === end)
  failUnless(!isSame || /:(00\.000|59\.999)Z$/.test(end), {
    kind: 'cookie-wrong',
    app: web.name,
    cookie: 'of the session',
    attribute: 'Expires',
    should: 'a time to live of its own, counted from its login',
    holds: `the same Expires for two logins: ${String(end)}`,
  })
}

// Redis stores nothing any more as soon as a session of this user is to be stored, or when asked.
function fillRedisAtSave(testBed: TestBed, web: AppUnderTest, user: string) {
  const begun = new AbortController()
  const full = once(begun.signal, 'abort').then(() =>
    testBed.redisCommand('CONFIG', 'SET', 'maxmemory', '1'),
  )
  const fill = () => {
    begun.abort()
    return full
  }
  web.proxy.holdCommand(({ args }) => {
    const isSave = args.some((arg) => arg.includes(user))
    if (isSave) begun.abort()
    return isSave
  }, full)
  return { isFull: () => begun.signal.aborted, fill }
}

// Another user logs in with the browser of one who is logged in.
async function expectUserChanged(browser: HttpSession, web: AppUnderTest, user: string) {
  const response = await browser.request(web, 'POST', '/login', { json: { user } })
  const about = {
    expectation: 'second-login',
    when: `for {"user":"${user}"}, in a browser in which another user is logged in`,
  }
  failUnless(
    isOk(response),
    wrongResponse(web.name, ['POST', '/login'], response, {
      should: 'a status of 2xx or 3xx',
      ...about,
    }),
  )
  await expectUser(browser, web, user, { ...about, when: 'after that user has logged in' })
}

async function expectUser(
  browser: HttpSession,
  web: AppUnderTest,
  user: string,
  about: { expectation: string; when: string },
): Promise<void> {
  const response = await getMe(browser, web)
  failUnless(
    response.json['user'] === user,
    wrongMeResponse(web, response, {
      should: `"user":"${user}"`,
      client: user,
      ...about,
    }),
  )
}

function isDelete(name: string): boolean {
  return /^(DEL|UNLINK|GETDEL)$/.test(name)
}

function expectLoggedOut(copy: HttpSession, web: AppUnderTest): Promise<void> {
  const when = 'for a copy of the cookie, after POST /logout'
  return expectAnonymous(copy, web, { expectation: 'copied-cookie', when })
}

function two(testBed: TestBed): Promise<[AppUnderTest, AppUnderTest]> {
  return Promise.all([startWeb(testBed, 'web.1'), startWeb(testBed, 'web.2')])
}

function production(url: string): Record<string, string> {
  return { REDIS_URL: url, NODE_ENV: 'production' }
}

function otherSecret(url: string): Record<string, string> {
  return { REDIS_URL: url, SESSION_SECRET: 'another secret than that of all others' }
}
