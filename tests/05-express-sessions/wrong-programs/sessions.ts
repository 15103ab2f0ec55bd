import {
  type Edit,
  type WrongPrograms,
  combine,
  replaceIn,
} from '../../../workshop/check/suite.ts'

const destroys = 'await completed((done) => req.session.destroy(done))'
const saves = 'await completed((done) => req.session.save(done))'
const regenerates = 'await completed((done) => req.session.regenerate(done))'

// A cache in front of the store of the solution. `set` and `destroy`: what they do to it.
function cached(set: string, destroy: string): Edit {
  return combine(
    replaceIn(
      'sessions.ts',
      'new RedisStore({ client: client_sessions })',
      'cached(new RedisStore({ client: client_sessions }))',
    ),
    replaceIn(
      'sessions.ts',
      '/** Gives every request',
      `function cached(store: any) {
  const cache = new Map<string, any>()
  const { get, set, destroy } = { get: store.get, set: store.set, destroy: store.destroy }
  store.get = (id: string, done: any) => {
    const found = cache.get(id)
    if (found) return void setImmediate(done, null, JSON.parse(found))
    return get.call(store, id, (error: unknown, value: unknown) => {
      if (value) cache.set(id, JSON.stringify(value))
      done(error, value)
    })
  }
  store.set = (id: string, value: unknown, done: any) => {
    ${set}
    return set.call(store, id, value, done)
  }
  store.destroy = (id: string, done: any) => {
    ${destroy}
    return destroy.call(store, id, done)
  }
  return store
}

/** Gives every request`,
    ),
  )
}

/** Wrong stores, logouts and cookies. */
export const sessions: WrongPrograms = {
  's5-memory-store': {
    'no store': replaceIn(
      'sessions.ts',
      'store: new RedisStore({ client: client_sessions }),',
      '',
    ),
    'the store in the wrong place': replaceIn(
      'sessions.ts',
      'store: new RedisStore({ client: client_sessions }),',
      'redisStore: new RedisStore({ client: client_sessions }),',
    ),
  },
  's5-answered-unread': {
    'a cache in the process': cached(
      'cache.set(id, JSON.stringify(value))',
      'cache.delete(id)',
    ),
    'a copy of what was stored a moment ago': cached('cache.delete(id)', ''),
  },
  's5-clears-sessions': {
    'flushAll() at start': replaceIn(
      'index.ts',
      'await client2.subscribe',
      'await client.flushAll()\n    await client2.subscribe',
    ),
  },
  's5-cookie-name-differs': {
    'the port in the name': replaceIn(
      'sessions.ts',
      'resave: false,',
      'resave: false,\n    name: `sid-${process.env.PORT}`,',
    ),
  },
  's5-instance-specific-prefix': {
    'DYNO in the prefix': replaceIn(
      'sessions.ts',
      'client: client_sessions',
      'client: client_sessions, prefix: `${process.env.DYNO}:`',
    ),
  },
  's5-random-secret': {
    'randomUUID()': replaceIn('sessions.ts', 'secret: secret()', 'secret: crypto.randomUUID()'),
    'the start of the process': replaceIn(
      'sessions.ts',
      'secret: secret()',
      'secret: `${process.pid} ${Date.now()}`',
    ),
  },
  's5-fixed-expires': {
    'a day after the start of the program': replaceIn(
      'sessions.ts',
      'maxAge: DAY_MS',
      'expires: new Date(Date.now() + DAY_MS)',
    ),
  },
  's5-no-error-listener': {
    'the third connection has none': combine(
      replaceIn(
        'index.ts',
        'const client_sessions = newClient()',
        'const client_sessions = createClient({ url: process.env.REDIS_URL })',
      ),
      replaceIn(
        'index.ts',
        'import { newClient }',
        "import { createClient } from 'redis'\nimport { newClient }",
      ),
    ),
  },
  's5-connection-given-up': {
    'reconnectStrategy: false': replaceIn(
      'client.ts',
      'createClient({ url })',
      'createClient({ url, socket: { reconnectStrategy: false } })',
    ),
  },
  's5-logout-not-awaited': {
    'a promise that is not awaited': replaceIn(
      'login.ts',
      destroys,
      destroys.replace('await', 'void'),
    ),
    'an empty callback': replaceIn('login.ts', destroys, 'req.session.destroy(() => {})'),
  },
  's5-logout-cookie-only': {
    'clearCookie() alone': replaceIn('login.ts', destroys, ''),
    'the prefix of the key twice': replaceIn(
      'login.ts',
      'req.session.destroy(done)',
      'req.sessionStore.destroy(`sess:${req.sessionID}`, done)',
    ),
  },
  's5-never-expires': {
    disableTTL: replaceIn(
      'sessions.ts',
      'client: client_sessions',
      'client: client_sessions, disableTTL: true',
    ),
  },
  's5-expires-too-soon': {
    'seconds for milliseconds': replaceIn('sessions.ts', 'maxAge: DAY_MS', 'maxAge: 86_400'),
    'a little less than five minutes': replaceIn(
      'sessions.ts',
      'maxAge: DAY_MS',
      'maxAge: 290_000',
    ),
  },
  's5-secret-in-code': {
    'keyboard cat': replaceIn('sessions.ts', 'secret: secret()', "secret: 'keyboard cat'"),
  },
  's5-regenerate-not-awaited': {
    'an empty callback': replaceIn('login.ts', regenerates, 'req.session.regenerate(() => {})'),
  },
  's5-old-session-object': {
    'a variable filled before': combine(
      replaceIn(
        'login.ts',
        regenerates,
        'const { session } = req\n  await completed((done) => session.regenerate(done))',
      ),
      replaceIn('login.ts', 'req.session.user = user', 'session.user = user'),
      replaceIn('login.ts', 'req.session.save(done)', 'session.save(done)'),
    ),
  },
  's5-session-id-assigned': {
    'an id of its own': replaceIn(
      'login.ts',
      regenerates,
      'req.sessionID = crypto.randomUUID()',
    ),
  },
  's5-no-regenerate': { 'nothing before the user': replaceIn('login.ts', regenerates, '') },
  's5-secure-without-trust-proxy': {
    'secure in production': combine(
      replaceIn(
        'sessions.ts',
        "secure: 'auto'",
        "secure: process.env.NODE_ENV === 'production'",
      ),
      replaceIn('app.ts', "app.set('trust proxy', 1)", ''),
    ),
  },
  's5-cookie-never-secure': {
    'no option': replaceIn('sessions.ts', "secure: 'auto', ", ''),
    'beside the cookie': combine(
      replaceIn('sessions.ts', 'cookie: { httpOnly', '...({ httpOnly'),
      replaceIn('sessions.ts', 'maxAge: DAY_MS }', 'maxAge: DAY_MS } as object)'),
    ),
  },
  's5-tls-not-seen': {
    'no trust proxy': replaceIn('app.ts', "app.set('trust proxy', 1)", ''),
    'the number as text': replaceIn(
      'app.ts',
      "app.set('trust proxy', 1)",
      "app.set('trust proxy', '1')",
    ),
    'a hyphen': replaceIn('app.ts', "'trust proxy'", "'trust-proxy'"),
    'secure: false': replaceIn('sessions.ts', "secure: 'auto'", 'secure: false'),
  },
  's5-cookie-readable': {
    'httpOnly: false': replaceIn('sessions.ts', 'httpOnly: true', 'httpOnly: false'),
  },
  's5-no-same-site': {
    'not a word about it': replaceIn('sessions.ts', "sameSite: 'lax', ", ''),
  },
  's5-same-site-none': {
    "sameSite: 'none'": replaceIn('sessions.ts', "sameSite: 'lax'", "sameSite: 'none'"),
  },
  's5-cookie-option-invalid': {
    'maxAge as text': replaceIn('sessions.ts', 'maxAge: DAY_MS', "maxAge: '1d' as never"),
    'sameSite misspelled': replaceIn(
      'sessions.ts',
      "sameSite: 'lax'",
      "sameSite: 'laxx' as any",
    ),
  },
  's5-no-secret': {
    'the function, not called': replaceIn(
      'sessions.ts',
      'secret: secret()',
      'secret: secret as never',
    ),
    'another variable': replaceIn(
      'sessions.ts',
      'secret: secret()',
      'secret: process.env.SESION_SECRET!',
    ),
  },
  's5-no-callback': {
    'regenerate() is awaited': replaceIn(
      'login.ts',
      regenerates,
      'await (req.session as any).regenerate()',
    ),
  },
  's5-unbound-method': {
    save: replaceIn(
      'login.ts',
      'completed((done) => req.session.save(done))',
      'completed(req.session.save)',
    ),
    regenerate: replaceIn(
      'login.ts',
      'completed((done) => req.session.regenerate(done))',
      'completed(req.session.regenerate)',
    ),
  },
  's5-saved-before-regenerate': {
    'saved, then regenerated': combine(
      replaceIn('login.ts', regenerates, 'req.session.user = user'),
      replaceIn(
        'login.ts',
        `  req.session.user = user
  // Before the answer: if Redis cannot store the session, this throws, and app.ts answers 503.
  ${saves}`,
        `  ${saves}
  ${regenerates}`,
      ),
    ),
  },
  's5-store-error-uncaught': {
    'thrown in the callback of save()': combine(
      replaceIn(
        'login.ts',
        saves,
        'req.session.save((error) => {\n    if (error) throw error\n    res.json({ user, instance })\n  })',
      ),
      replaceIn('login.ts', '  res.json({ user, instance })\n}', '}'),
    ),
  },
}
