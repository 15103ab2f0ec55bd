import { mistakes, starter } from './mistakes/05-express-sessions.ts'
import { rightAnswers } from './right-answers/05-express-sessions.ts'
import { type Program, type Stage, expectThat, gate, orElse } from './support/index.ts'
import { expires, judgeFlags, sessionCookie } from './support/session-cookie.ts'
import {
  counts,
  isFine,
  isStranger,
  login,
  me,
  meAtLast,
  orNamesIt,
  refusesOldId,
  serving,
} from './support/sessions.ts'

const badBodies = {
  'no body': {},
  'half a JSON': { text: '{"user":', headers: { 'Content-Type': 'application/json' } },
  null: { json: null },
  '{}': { json: {} },
  '{"user":""}': { json: { user: '' } },
  '{"user":42}': { json: { user: 42 } },
  '{"user":["ada"]}': { json: { user: ['ada'] } },
}

gate('05-express-sessions', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    '`POST /login` with `{"user":"ada"}` logs in; `GET /me` then answers `{user, views, instance}` and counts the views',
    async (stage) => {
      const web1 = await serving(stage, 'web.1')
      const [ada, grace] = [stage.browser(), stage.browser()]
      await login(ada, web1, 'ada')
      const first = await me(ada, web1, 'ada')
      counts(web1, first + 1, await me(ada, web1, 'ada'))
      // Somebody else is somebody else, with a count of her own.
      await login(grace, web1, 'grace')
      const hers = await me(grace, web1, 'grace')
      expectThat(
        hers === first,
        `web.1 to count grace's views apart from ada's: the first is ${first}`,
        `her first view was number ${hers}`,
        'web.1',
      )
      counts(web1, first + 2, await me(ada, web1, 'ada'))
    },
  )

  goal(
    'the session survives a restart of the instance and a move to another one',
    async (stage) => {
      const [web1, web2] = await two(stage)
      const ada = stage.browser()
      await login(ada, web1, 'ada')
      const views = await me(ada, web1, 'ada')
      const cookie = sessionCookie(ada.cookies)
      const next = await orNamesIt(stage, web2, cookie, () => me(ada, web2, 'ada'))
      counts(web2, views + 1, next)
      await web1.restart('SIGTERM')
      await web1.answers()
      counts(web1, views + 2, await me(ada, web1, 'ada'))
      // Killed without a warning: what it knew must lie elsewhere by now.
      web1.signal('SIGKILL')
      await web1.ends()
      counts(web2, views + 3, await me(ada, web2, 'ada'))
    },
  )

  goal(
    'the session survives a Redis that is gone for a moment between two requests',
    async (stage) => {
      const web1 = await serving(stage, 'web.1')
      const ada = stage.browser()
      await login(ada, web1, 'ada')
      await me(ada, web1, 'ada')
      await stage.restartRedis()
      await orElse(
        stage,
        () => meAtLast(ada, web1, 'ada'),
        // One that crashes hangs up first, and says why a moment later.
        () => web1.within(500, () => web1.instance.exit),
      )
    },
  )

  goal('a stranger gets 401 from `GET /me`, and a bad login body gets 400', async (stage) => {
    const web1 = await serving(stage, 'web.1')
    const stranger = stage.browser()
    await isStranger(stranger, web1, 'web.1 to answer 401 to a stranger')
    for (const [name, body] of Object.entries(badBodies)) {
      const { status } = await stranger.visit(web1, 'POST', '/login', body)
      expectThat(
        status === 400,
        `web.1 to answer 400 to POST /login with ${name}`,
        `it answered ${status}`,
        'web.1',
      )
    }
    await isStranger(stranger, web1, 'web.1 to answer 401 to somebody whose login failed')
    const cookie = sessionCookie((await login(stage.browser(), web1, 'ada')).setCookie)
    const headers = { Cookie: `${cookie?.name}=s%3Aforged.forged` }
    const { status } = await stranger.visit(web1, 'GET', '/me', { headers })
    expectThat(
      status === 401,
      'web.1 to answer 401 to a forged cookie',
      `GET /me answered ${status}`,
      'web.1',
    )
  })

  goal('`POST /logout` ends the session on every instance', async (stage) => {
    const [web1, web2] = await two(stage)
    const ada = stage.browser()
    await login(ada, web1, 'ada')
    await me(ada, web2, 'ada')
    const thief = ada.copy()
    const page = await ada.visit(web1, 'POST', '/logout')
    expectThat(
      isFine(page),
      'web.1 to log out',
      `POST /logout answered ${page.status}`,
      'web.1',
    )
    await isStranger(ada, web1, 'web.1 to answer 401 after POST /logout')
    for (const web of [web1, web2]) {
      await isStranger(
        thief,
        web,
        `${web.name} to answer 401 to the cookie from before the logout`,
      )
    }
  })

  goal(
    'the session id changes at login; the cookie is `httpOnly` and `sameSite`, and `secure` behind TLS only',
    async (stage) => {
      // That it is not Secure on plain HTTP has been seen: browsers would not have kept it.
      const web1 = await serving(stage, 'web.1', { vars: production })
      const router = await stage.router({ tls: true })
      const cookie = sessionCookie((await login(stage.browser(), router, 'ada')).setCookie)
      judgeFlags(cookie, sessionCookie((await login(stage.browser(), web1, 'ada')).setCookie))
      await refusesOldId(stage, router)
    },
  )

  goal(
    'sessions expire in Redis, and the secret comes from `SESSION_SECRET`',
    async (stage) => {
      const [web1, other] = await Promise.all([
        serving(stage, 'web.1'),
        serving(stage, 'web.2', { vars: otherSecret }),
      ])
      const ada = stage.browser()
      await login(ada, web1, 'ada')
      await expires(stage, sessionCookie(ada.cookies))
      const expected =
        'web.2, whose SESSION_SECRET is another one, not to accept the cookie of web.1'
      await isStranger(ada, other, expected)
    },
  )
})

function two(stage: Stage): Promise<[Program, Program]> {
  return Promise.all([serving(stage, 'web.1'), serving(stage, 'web.2')])
}

function production(url: string): Record<string, string> {
  return { REDIS_URL: url, NODE_ENV: 'production' }
}

function otherSecret(url: string): Record<string, string> {
  return { REDIS_URL: url, SESSION_SECRET: 'another secret than that of all others' }
}
