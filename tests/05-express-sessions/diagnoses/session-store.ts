import {
  type KnownMistake,
  combine,
  replaceIn,
  commands,
} from '../../../workshop/check/suite.ts'
import { forgot, ids, lookedUp, moans, noCookie, of, saved, saves } from './evidence-queries.ts'

/** Another instance, another process, another connection: is the session still there? */
export const moving: KnownMistake[] = [
  {
    id: 's5-memory-store',
    likely:
      'The sessions are in the memory of one process. Without the option `store` express-session uses its MemoryStore, and nothing reaches Redis.',
    lookAt: '`store` among the options of session()',
    matches: of((evidence) => forgot(evidence) && !noCookie(evidence) && !saved(evidence)),
    programs: {
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
  },
  {
    id: 's5-clears-sessions',
    likely: 'An instance deletes sessions when it starts or stops. All instances share them.',
    lookAt: 'where keys are deleted: FLUSHALL, FLUSHDB, `store.clear()`',
    matches: of((evidence) =>
      evidence.programs.some((each) =>
        commands(each).some(({ name }) => name.startsWith('FLUSH')),
      ),
    ),
    programs: {
      'flushAll() at start': replaceIn(
        'index.ts',
        'await client2.subscribe',
        'await client.flushAll()\n    await client2.subscribe',
      ),
    },
  },
  {
    id: 's5-cookie-name-differs',
    likely: 'Each instance uses another cookie name, so none finds the cookie of the others.',
    lookAt: '`name` among the options of session()',
    matches: of(({ received }) => /looks for/.test(received)),
    programs: {
      'the port in the name': replaceIn(
        'sessions.ts',
        'resave: false,',
        'resave: false,\n    name: `sid-${process.env.PORT}`,',
      ),
    },
  },
  {
    id: 's5-instance-specific-prefix',
    likely: 'Each instance looks for the session under another key: the prefix differs.',
    lookAt: '`prefix` among the options of the store',
    matches: of((evidence, me) => {
      if (!forgot(evidence)) return false
      const kept = evidence.programs.flatMap(saves)
      const keys = new Set(kept.map(({ args }) => args[0] ?? ''))
      const missed = commands(me, 'GET').filter(({ args }) => !keys.has(args[0] ?? ''))
      const known = new Set(ids(kept))
      return ids(missed).some((id) => known.has(id))
    }),
    programs: {
      'DYNO in the prefix': replaceIn(
        'sessions.ts',
        'client: client_sessions',
        'client: client_sessions, prefix: `${process.env.DYNO}:`',
      ),
    },
  },
  {
    id: 's5-random-secret',
    likely:
      'Each process uses its own secret, so an instance rejects the cookies that the others signed.',
    lookAt: '`secret` among the options of session(), and where it comes from',
    // A cookie with another signature is rejected before the store is asked.
    matches: of(
      (evidence, me) =>
        forgot(evidence) && !noCookie(evidence) && saved(evidence) && !lookedUp(evidence, me),
    ),
    programs: {
      'randomUUID()': replaceIn(
        'sessions.ts',
        'secret: secret()',
        'secret: crypto.randomUUID()',
      ),
      'the start of the process': replaceIn(
        'sessions.ts',
        'secret: secret()',
        'secret: `${process.pid} ${Date.now()}`',
      ),
    },
  },
  {
    id: 's5-no-error-listener',
    likely:
      "One of the connections has no 'error' listener. When it breaks, Node ends the program.",
    lookAt: "`on('error', …)` on each of the three connections",
    matches: of((_, me) => moans(me, /Unhandled 'error' event|Emitted 'error' event/)),
    programs: {
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
  },
  {
    id: 's5-connection-given-up',
    likely:
      "Redis is online again and the store's client is not connected: it was told to give up, or it was closed.",
    lookAt: "`reconnectStrategy`, if there is one, and what the 'error' listeners do",
    matches: of(
      ({ goal, received }) =>
        /offline for a moment/.test(goal) &&
        /answered 5|no response for 5 seconds/.test(received),
    ),
    programs: {
      'reconnectStrategy: false': replaceIn(
        'client.ts',
        'createClient({ url })',
        'createClient({ url, socket: { reconnectStrategy: false } })',
      ),
    },
  },
]
