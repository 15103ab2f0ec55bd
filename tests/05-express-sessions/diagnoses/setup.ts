import {
  type KnownMistake,
  combine,
  replaceIn,
  commands,
} from '../../../workshop/check/suite.ts'
import { moans, of } from './evidence-queries.ts'

const named = "import { RedisStore } from 'connect-redis'"

/** What can go wrong before the first session lies in Redis. */
export const setup: KnownMistake[] = [
  {
    id: 's5-connectredis-session-call',
    likely:
      'You call connect-redis as a function, connectRedis(session). Since version 7 RedisStore is a class: new RedisStore({ client }).',
    lookAt: 'how the store is created',
    matches: of((_, me) =>
      moans(
        me,
        /(connectRedis|RedisStore|default)\S* is not a function|Class constructor \w*Store cannot be invoked/i,
      ),
    ),
    programs: {
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
  },
  {
    id: 's5-default-import',
    likely:
      'You import RedisStore as the default export of connect-redis. Since version 8 it is a named export.',
    lookAt: 'the `import` line of connect-redis: a name in braces is a named import',
    matches: of((_, me) => moans(me, /export named 'default'|RedisStore is not a constructor/)),
    programs: {
      'without braces': replaceIn(
        'sessions.ts',
        named,
        "import RedisStore from 'connect-redis'",
      ),
    },
  },
  {
    id: 's5-store-client-not-connected',
    likely: 'The store uses a client that was never connected. Call connect() on it.',
    lookAt: 'which clients are connected, and which one the store gets',
    matches: of(
      ({ goal }, me) =>
        !/offline for a moment/.test(goal) &&
        moans(me, /ClientClosedError|The client is closed/),
    ),
    programs: {
      'connect() for two of three': replaceIn(
        'index.ts',
        ', client_sessions.connect()])',
        '])',
      ),
    },
  },
  {
    id: 's5-store-without-client',
    likely: 'The store has no client: its option is called `client`.',
    lookAt: 'the argument of `new RedisStore()`',
    matches: of((_, me) => moans(me, /of undefined \(reading '(get|set|del|expire)'\)/)),
    programs: {
      'redisClient instead of client': replaceIn(
        'sessions.ts',
        'client: client_sessions',
        'redisClient: client_sessions',
      ),
    },
  },
  {
    id: 's5-store-on-subscriber',
    likely:
      'The store uses the connection that subscribes. With RESP 2 a subscriber connection accepts no other commands.',
    lookAt: 'which client `newSessions()` gets',
    matches: of(
      (_, me) =>
        moans(me, /only \(P\|S\)SUBSCRIBE|in this context|PubSub mode/i) &&
        commands(me, 'SUBSCRIBE').length > 0,
    ),
    programs: {
      'client2, in RESP 2': combine(
        replaceIn('index.ts', 'newSessions(client_sessions)', 'newSessions(client2)'),
        replaceIn('client.ts', 'createClient({ url })', 'createClient({ url, RESP: 2 })'),
      ),
    },
  },
  {
    id: 's5-sessions-after-routes',
    likely:
      'The routes are registered before the session middleware. Express runs middleware and routes in the order of registration.',
    lookAt: 'the order of `app.use()`, `app.get()` and `app.post()`',
    matches: of((_, me) =>
      moans(me, /of undefined \([rs]\w+ '(regenerate|views|destroy)'\)|'req\.session'/),
    ),
    programs: {
      'app.use(sessions) at the end': combine(
        replaceIn('app.ts', '  app.use(sessions)\n', ''),
        replaceIn('app.ts', 'app.use(answerError)', 'app.use(sessions, answerError)'),
      ),
    },
  },
  {
    id: 's5-no-json-parser',
    likely:
      'The body of POST /login is not parsed: without express.json() in front of the handler, req.body is undefined.',
    lookAt: 'what is between the path and the handler of `POST /login`',
    matches: of(
      ({ expected, received }) =>
        /to log in with/.test(expected) && /answered (400|500|503|415|422)$/.test(received),
    ),
    programs: {
      'no express.json()': replaceIn('app.ts', 'express.json(), login', 'login'),
      'only forms': replaceIn('app.ts', 'express.json()', 'express.urlencoded()'),
    },
  },
  {
    id: 's5-route-missing',
    likely: 'This route does not exist: Express answers 404.',
    lookAt: 'method and path of the routes',
    matches: of(({ received }) => /answered (404|405)/.test(received)),
    programs: {
      'GET /login': replaceIn('app.ts', "app.post('/login'", "app.get('/login'"),
    },
  },
]
