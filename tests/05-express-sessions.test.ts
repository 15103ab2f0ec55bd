import { once } from 'node:events'
import { mistakes, starter } from './05-express-sessions/diagnoses.ts'
import { rightAnswers } from './05-express-sessions/right-answers.ts'
import {
  type AppUnderTest,
  type HttpSession,
  type SessionResponse,
  type TestBed,
  isCommand,
  expectTrue,
  defineCheck,
  withProbe,
} from '../workshop/check/suite.ts'
import { expectSessionTtl, expectSecureCookie, sessionCookie } from './shared/session-cookie.ts'
import {
  expectViewCount,
  isOk,
  expectAnonymous,
  login,
  whoAmI,
  whoAmIEventually,
  explainCookieName,
  expectSessionIdRenewed,
  startWeb,
} from './shared/sessions.ts'

const badBodies = {
  'no body': {},
  'half a JSON': { text: '{"user":', headers: { 'Content-Type': 'application/json' } },
  null: { json: null },
  '{}': { json: {} },
  '{"user":""}': { json: { user: '' } },
  '{"user":42}': { json: { user: 42 } },
  '{"user":["ada"]}': { json: { user: ['ada'] } },
}

defineCheck('05-express-sessions', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    '`POST /login` with `{"user":"ada"}` logs in; `GET /me` then answers `{user, views, instance}` and counts the views',
    async (stage) => {
      const web1 = await startWeb(stage, 'web.1')
      const [ada, grace] = [stage.httpSession(), stage.httpSession()]
      await login(ada, web1, 'ada')
      const first = await whoAmI(ada, web1, 'ada')
      expectViewCount(web1, first + 1, await whoAmI(ada, web1, 'ada'))
      // Another user has a count of her own.
      await login(grace, web1, 'grace')
      const hers = await whoAmI(grace, web1, 'grace')
      expectTrue(
        hers === first,
        `web.1 to count grace's views apart from ada's: the first is ${first}`,
        `her first view was number ${hers}`,
        'web.1',
      )
      expectViewCount(web1, first + 2, await whoAmI(ada, web1, 'ada'))
    },
  )

  goal(
    'the session survives a restart of the instance and a move to another instance',
    async (stage) => {
      const [web1, web2] = await two(stage)
      const ada = stage.httpSession()
      await login(ada, web1, 'ada')
      const views = await whoAmI(ada, web1, 'ada')
      const cookie = sessionCookie(ada.cookies)
      const next = await explainCookieName(stage, web2, cookie, () => whoAmI(ada, web2, 'ada'))
      expectViewCount(web2, views + 1, next)
      await web1.restart('SIGTERM')
      await web1.waitForHttp()
      expectViewCount(web1, views + 2, await whoAmI(ada, web1, 'ada'))
      // Killed without a warning: what it knew must lie elsewhere by now.
      web1.sendSignal('SIGKILL')
      await web1.waitForExit()
      expectViewCount(web2, views + 3, await whoAmI(ada, web2, 'ada'))
    },
  )

  goal(
    'the session survives a Redis that is offline for a moment between two requests',
    async (stage) => {
      const web1 = await startWeb(stage, 'web.1')
      const ada = stage.httpSession()
      await login(ada, web1, 'ada')
      await whoAmI(ada, web1, 'ada')
      await stage.restartRedis()
      await withProbe(
        stage,
        () => whoAmIEventually(ada, web1, 'ada'),
        // One that crashes hangs up first, and says why a moment later.
        () => web1.poll(500, () => web1.instance.exit),
      )
    },
  )

  goal(
    'an anonymous user gets 401 from `GET /me`, and an invalid login body gets 400',
    async (stage) => {
      const web1 = await startWeb(stage, 'web.1')
      const stranger = stage.httpSession()
      await expectAnonymous(stranger, web1, 'web.1 to answer 401 to a stranger')
      for (const [name, body] of Object.entries(badBodies)) {
        const { status } = await stranger.request(web1, 'POST', '/login', body)
        expectTrue(
          status === 400,
          `web.1 to answer 400 to POST /login with ${name}`,
          `it answered ${status}`,
          'web.1',
        )
      }
      await expectAnonymous(
        stranger,
        web1,
        'web.1 to answer 401 to somebody whose login failed',
      )
      const cookie = sessionCookie((await login(stage.httpSession(), web1, 'ada')).setCookie)
      const headers = { Cookie: `${cookie?.name}=s%3Aforged.forged` }
      const { status } = await stranger.request(web1, 'GET', '/me', { headers })
      expectTrue(
        status === 401,
        'web.1 to answer 401 to a forged cookie',
        `GET /me answered ${status}`,
        'web.1',
      )
    },
  )

  goal('a login that could not be stored is answered with 503', async (stage) => {
    const web1 = await startWeb(stage, 'web.1')
    const ada = stage.httpSession()
    await stage.redisCommand('CONFIG', 'SET', 'maxmemory', '1') // Redis is full
    const { status } = await ada.request(web1, 'POST', '/login', { json: { user: 'ada' } })
    expectTrue(
      status === 503,
      'web.1 to answer 503 to a login that Redis could not store',
      `POST /login answered ${status}`,
      'web.1',
    )
    await stage.redisCommand('CONFIG', 'SET', 'maxmemory', '0')
    await login(ada, web1, 'ada')
    await whoAmI(ada, web1, 'ada')
  })

  goal('`POST /logout` ends the session on every instance', async (stage) => {
    const [web1, web2] = await two(stage)
    const ada = stage.httpSession()
    await login(ada, web1, 'ada')
    await whoAmI(ada, web2, 'ada')
    const thief = ada.copy()
    const page = await logOut(ada, web1, () => expectLoggedOut(thief, web2))
    expectTrue(isOk(page), 'web.1 to log out', `POST /logout answered ${page.status}`, 'web.1')
    await expectAnonymous(ada, web1, 'web.1 to answer 401 after POST /logout')
    for (const web of [web1, web2]) await expectLoggedOut(thief, web)
  })

  goal(
    'the session id changes at login; the cookie is `httpOnly` and `sameSite`, and `secure` behind TLS only',
    async (stage) => {
      // That it is not Secure on plain HTTP has been seen: browsers would not have kept it.
      const web1 = await startWeb(stage, 'web.1', { vars: production })
      const router = await stage.startRouter({ tls: true })
      const cookie = sessionCookie((await login(stage.httpSession(), router, 'ada')).setCookie)
      expectSecureCookie(
        cookie,
        sessionCookie((await login(stage.httpSession(), web1, 'ada')).setCookie),
      )
      await expectSessionIdRenewed(stage, router)
    },
  )

  goal(
    'a session stays in Redis for at least five minutes after a request and then expires; the secret comes from `SESSION_SECRET`',
    async (stage) => {
      const [web1, other] = await Promise.all([
        startWeb(stage, 'web.1'),
        startWeb(stage, 'web.2', { vars: otherSecret }),
      ])
      const ada = stage.httpSession()
      await login(ada, web1, 'ada')
      await expectSessionTtl(stage, sessionCookie(ada.cookies))
      const expected =
        'web.2, whose SESSION_SECRET is another one, not to accept the cookie of web.1'
      await expectAnonymous(ada, other, expected)
    },
  )
})

// Redis deletes late. A logout that is answered before must be one all the same.
async function logOut(session: HttpSession, web: AppUnderTest, early: () => Promise<void>) {
  const held = new AbortController()
  const deletes = () => web.wire.filter(isCommand).filter(({ name }) => isDelete(name)).length
  const before = deletes()
  web.proxy.holdCommand(({ name }) => isDelete(name), once(held.signal, 'abort'))
  let answer: SessionResponse | undefined
  const request = session.request(web, 'POST', '/logout').then((page) => (answer = page))
  try {
    if (await web.poll(200, () => answer)) await early()
  } finally {
    held.abort()
    await request
    await web.poll(200, () => deletes() > before || undefined) // so that the wire shows it
  }
  return await request
}

function isDelete(name: string): boolean {
  return /^(DEL|UNLINK|GETDEL)$/.test(name)
}

function expectLoggedOut(thief: HttpSession, web: AppUnderTest): Promise<void> {
  const expected = `${web.name} to answer 401 to the cookie from before the logout`
  return expectAnonymous(thief, web, expected)
}

function two(stage: TestBed): Promise<[AppUnderTest, AppUnderTest]> {
  return Promise.all([startWeb(stage, 'web.1'), startWeb(stage, 'web.2')])
}

function production(url: string): Record<string, string> {
  return { REDIS_URL: url, NODE_ENV: 'production' }
}

function otherSecret(url: string): Record<string, string> {
  return { REDIS_URL: url, SESSION_SECRET: 'another secret than that of all others' }
}
