import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'

const named = "import { RedisStore } from 'connect-redis'"
const sendUser = 'res.json({ user, instance })'
const saving = 'await completed((done) => req.session.save(done))'
const keepUser = `req.session.user = user
  // Before the answer: if Redis cannot store the session, this throws, and app.ts answers 503.
  ${saving}
  ${sendUser}`
const counted =
  'req.session.views = views + 1\n  res.json({ user, views: views + 1, instance })'

/** Wrong set-ups, logins and answers to anonymous users. */
export const requests: WrongPrograms = {
  's5-connectredis-session-call': {
    'connectRedis(session)': combine(
      replaceIn('sessions.ts', named, "import * as connectRedis from 'connect-redis'"),
      replaceIn(
        'sessions.ts',
        'new RedisStore({ client: client_sessions })',
        'new (connectRedis(session))({ client: client_sessions })',
      ),
    ),
    'without new': replaceIn('sessions.ts', 'new RedisStore', 'RedisStore'),
  },
  's5-default-import': {
    'without braces': replaceIn('sessions.ts', named, "import RedisStore from 'connect-redis'"),
  },
  's5-store-client-not-connected': {
    'connect() for two of three': replaceIn('index.ts', ', client_sessions.connect()])', '])'),
  },
  's5-store-without-client': {
    'no options at all': replaceIn('sessions.ts', '{ client: client_sessions }', ''),
    'redisClient instead of client': replaceIn(
      'sessions.ts',
      'client: client_sessions',
      'redisClient: client_sessions',
    ),
  },
  's5-store-client-is-none': {
    'the promise of connect()': combine(
      replaceIn('sessions.ts', 'client: client_sessions', 'client: client_sessions.connect()'),
      replaceIn('index.ts', ', client_sessions.connect()])', '])'),
    ),
  },
  's5-store-on-subscriber': {
    'client2, in RESP 2': combine(
      replaceIn('index.ts', 'newSessions(client_sessions)', 'newSessions(client2)'),
      replaceIn('client.ts', 'createClient({ url })', 'createClient({ url, RESP: 2 })'),
    ),
  },
  's5-sessions-after-routes': {
    'app.use(sessions) at the end': combine(
      replaceIn('app.ts', '  app.use(sessions)\n', ''),
      replaceIn('app.ts', 'app.use(answerError)', 'app.use(sessions, answerError)'),
    ),
  },
  's5-no-json-parser': {
    'no express.json()': replaceIn('app.ts', 'express.json(), login', 'login'),
    'only forms': replaceIn('app.ts', 'express.json()', 'express.urlencoded()'),
  },
  's5-route-missing': {
    'GET /login': replaceIn('app.ts', "app.post('/login'", "app.get('/login'"),
  },
  's5-login-not-stored': {
    'its error is only logged': replaceIn(
      'login.ts',
      'await completed((done) => req.session.save(done))',
      'await completed((done) => req.session.save(done)).catch((error) => console.error(error.message))',
    ),
    'no save()': replaceIn('login.ts', saving, ''),
    'save(), and then the user': combine(
      replaceIn('login.ts', '  req.session.user = user\n', ''),
      replaceIn('login.ts', saving, `${saving}\n  req.session.user = user`),
    ),
    'the user in the callback of regenerate()': combine(
      replaceIn('login.ts', '  req.session.user = user\n', ''),
      replaceIn(
        'login.ts',
        'await completed((done) => req.session.regenerate(done))',
        'req.session.regenerate(() => {\n    req.session.user = user\n  })',
      ),
    ),
    'save() is awaited, without a callback': replaceIn(
      'login.ts',
      saving,
      'await req.session.save()',
    ),
    'save() of the session before': combine(
      replaceIn(
        'login.ts',
        '  await completed((done) => req.session.regenerate(done))',
        '  const before = req.session\n  await completed((done) => before.regenerate(done))',
      ),
      replaceIn('login.ts', saving, 'await completed((done) => before.save(done))'),
    ),
    'save() is not awaited': replaceIn('login.ts', saving, 'req.session.save(() => {})'),
  },
  's5-login-ignored': {
    'a return for those who are logged in': replaceIn(
      'login.ts',
      '  await completed((done) => req.session.regenerate(done))',
      `  if (req.session.user) {
    res.json({ user: req.session.user, instance })
    return
  }
  await completed((done) => req.session.regenerate(done))`,
    ),
  },
  's5-logs-out-others': {
    'the whole store': replaceIn(
      'login.ts',
      'req.session.destroy(done)',
      'req.sessionStore.clear?.(done)',
    ),
  },
  's5-store-error-not-503': {
    'a catch of its own': combine(
      replaceIn(
        'login.ts',
        '  await completed((done) => req.session.save(done))',
        '  try {\n    await completed((done) => req.session.save(done))',
      ),
      replaceIn(
        'login.ts',
        '  res.json({ user, instance })\n}',
        `    res.json({ user, instance })
  } catch (error) {
    res.status(500).json({ error: String(error) })
  }
}`,
      ),
    ),
    'the handler of errors comes before the routes': combine(
      replaceIn('app.ts', '  app.use(answerError)\n', ''),
      replaceIn(
        'app.ts',
        '  app.use(sessions)\n',
        '  app.use(sessions)\n  app.use(answerError)\n',
      ),
    ),
    'answers 500': replaceIn('app.ts', ': 503\n}', ': 500\n}'),
  },
  's5-secure-cookie-on-http': {
    'secure: true': replaceIn('sessions.ts', "secure: 'auto'", 'secure: true'),
    "secure: 'Auto'": replaceIn('sessions.ts', "secure: 'auto'", "secure: 'Auto' as 'auto'"),
  },
  's5-user-in-a-variable': {
    'let user': combine(
      replaceIn('login.ts', 'req.session.user = user', 'req.session.user = last = user'),
      replaceIn(
        'login.ts',
        'const { user, views = 0 } = req.session',
        'const { views = 0 } = req.session\n  const user = last',
      ),
      replaceIn('login.ts', 'const instance =', "let last = ''\nconst instance ="),
    ),
  },
  's5-views-in-a-variable': {
    'a map by user': combine(
      replaceIn(
        'login.ts',
        counted,
        'counts.set(user, (counts.get(user) ?? views) + 1)\n  res.json({ user, views: counts.get(user), instance })',
      ),
      replaceIn('login.ts', 'const instance =', 'const counts = new Map()\nconst instance ='),
    ),
    'let count': combine(
      replaceIn(
        'login.ts',
        counted,
        'req.session.views = views\n  res.json({ user, views: ++count, instance })',
      ),
      replaceIn('login.ts', 'const instance =', 'let count = 0\nconst instance ='),
    ),
  },
  's5-modified-after-response': {
    'the user': replaceIn('login.ts', keepUser, sendUser + '\n  req.session.user = user'),
    'the user, and then regenerate()': combine(
      replaceIn('login.ts', keepUser, sendUser),
      replaceIn(
        'login.ts',
        '  // A new id at login',
        '  req.session.user = user\n  // A new id at login',
      ),
    ),
    'the views': replaceIn(
      'login.ts',
      counted,
      'res.json({ user, views: views + 1, instance })\n  req.session.views = views + 1',
    ),
  },
  's5-me-incomplete': {
    'no instance': replaceIn('login.ts', 'views: views + 1, instance }', 'views: views + 1 }'),
    'the count as text': replaceIn(
      'login.ts',
      'views: views + 1, instance',
      'views: `${views + 1}`, instance',
    ),
  },
  's5-stranger-let-in': {
    'no user is user undefined': replaceIn(
      'login.ts',
      'if (!user) {\n    res.status(401)',
      'if (false) {\n    res.status(401)',
    ),
  },
  's5-stranger-not-401': { '403': replaceIn('login.ts', 'status(401)', 'status(403)') },
  's5-bad-json-is-500': {
    'every error is 503': replaceIn(
      'app.ts',
      'const status = statusOf(error)',
      'const status = 503',
    ),
  },
  's5-body-undefined': {
    'const { user } = req.body': replaceIn(
      'login.ts',
      'const user = readUser(req.body)',
      'const { user } = req.body',
    ),
  },
  's5-body-not-checked': {
    'whatever is there': replaceIn(
      'login.ts',
      'const user = readUser(req.body)',
      'const user = req.body?.user',
    ),
  },
  's5-bad-login-not-400': { '401': replaceIn('login.ts', 'status(400)', 'status(401)') },
  's5-cookie-withheld': {
    'maxAge in seconds': replaceIn('sessions.ts', 'maxAge: DAY_MS', 'maxAge: 1'),
    'the path of the login': replaceIn('sessions.ts', 'maxAge: DAY_MS', "path: '/login'"),
  },
  's5-user-not-string': {
    'trim() at once': replaceIn(
      'login.ts',
      'const user = readUser(req.body)',
      'const user = req.body?.user?.trim()',
    ),
  },
}
