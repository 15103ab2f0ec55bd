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
      'connect-redis is called as a function, connectRedis(session). That was right until version 6; since then RedisStore is a class: new RedisStore({ client }).',
    lookAt: 'how the store is made',
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
      'RedisStore is imported as the default export of connect-redis, which has had none since version 8.',
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
    likely:
      'the store has a client that was never connected. A client calls Redis only after connect().',
    lookAt: 'which of the clients are connected, and which one the store is given',
    matches: of(
      ({ goal }, me) =>
        !/gone for a moment/.test(goal) && moans(me, /ClientClosedError|The client is closed/),
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
    likely: 'the store was given no client: the field it looks for is called client.',
    lookAt: 'what `new RedisStore()` is given',
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
      'the store was given the connection that subscribes. In RESP 2 such a connection may do nothing else.',
    lookAt: 'which client `newSessions()` is given',
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
      'the routes come before the sessions. Express goes through app.use(), app.get() and app.post() in the order they were called.',
    lookAt: 'in which order the app is put together',
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
      'nobody has read the body of POST /login: without express.json(), or without waiting for it, req.body is undefined.',
    lookAt: 'what stands between the path and the handler of `POST /login`',
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
    likely: 'this route is not there: Express answers 404 to what nobody has taken.',
    lookAt: 'method and path of the routes',
    matches: of(({ received }) => /answered (404|405)/.test(received)),
    programs: {
      'GET /login': replaceIn('app.ts', "app.post('/login'", "app.get('/login'"),
    },
  },
]
