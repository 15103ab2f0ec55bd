import {
  type KnownMistake,
  combine,
  replaceIn,
  commands,
} from '../../../workshop/check/suite.ts'
import { forgot, ids, moans, noCookie, of, saved, saves } from './evidence-queries.ts'

/** Another instance, another process, another connection: is the session still there? */
export const moving: KnownMistake[] = [
  {
    id: 's5-memory-store',
    likely:
      'the sessions lie in the memory of one process: nothing of them ever reached Redis. Without a store express-session keeps them to itself.',
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
    likely:
      'an instance clears away sessions when it starts or stops. They are not its own: all instances share them.',
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
    likely:
      'every instance calls its cookie by another name, so none knows the cookies of the others.',
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
    likely:
      'every instance looks for the session under another key: the prefix differs from one to the next.',
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
      'the session is in Redis, but nobody looked for it: the cookie was signed with another secret and thrown away. Every process has a secret of its own.',
    lookAt: '`secret` among the options of session(), and where it comes from',
    matches: of((evidence) => forgot(evidence) && !noCookie(evidence) && saved(evidence)),
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
      "nobody listens to 'error' on one of the connections. It broke, and Node ends a program whose errors nobody wants to hear.",
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
      'Redis is back, and the connection of the store is not: something told its client to give up, or it was closed.',
    lookAt:
      '`reconnectStrategy`, if there is one, and what the listeners do when Redis is gone',
    matches: of(
      ({ goal, received }) =>
        /gone for a moment/.test(goal) && /answered 5|nothing for 5 seconds/.test(received),
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
