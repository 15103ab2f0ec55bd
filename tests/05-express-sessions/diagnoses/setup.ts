import {
  type AppEvidence,
  type Diagnosis,
  commands,
  firstCut,
  forApp,
  stderrMatches,
} from '../../../workshop/check/suite.ts'
import { isClientError, isServerError, wrongStatus } from './session-queries.ts'

/** What can go wrong before the first session is stored. */
export const setup: Diagnosis[] = [
  {
    id: 's5-connectredis-session-call',
    explainsCodeError: true,
    likely: ({ app }) =>
      app && stderrMatches(app, classWithoutNew)
        ? 'You call RedisStore as a function, without `new`. It is a class: new RedisStore({ client }).'
        : 'You call connect-redis as a function, connectRedis(session). Since version 7 RedisStore is a class: new RedisStore({ client }).',
    lookAt: 'how you create the store in sessions.ts',
    requires: forApp(
      (app) =>
        stderrMatches(app, /(connectRedis|RedisStore|default)\S* is not a function/i) ||
        stderrMatches(app, classWithoutNew),
    ),
  },
  {
    id: 's5-default-import',
    likely:
      'You import RedisStore as the default export of connect-redis. Since version 8 it is a named export.',
    lookAt: 'the `import` line of connect-redis: a name in braces is a named import',
    requires: forApp((app) =>
      stderrMatches(app, /export named 'default'|RedisStore is not a constructor/),
    ),
  },
  {
    id: 's5-store-client-not-connected',
    likely: 'The store uses a client that is not connected. Call `connect()` on it at startup.',
    lookAt: 'which clients you connect in index.ts, and which one the store gets',
    requires: forApp((app) => !firstCut(app) && stderrMatches(app, /The client is closed/)),
  },
  {
    id: 's5-store-without-client',
    explainsCodeError: true,
    likely:
      'You create the store without a client. Pass it as the option `client`: new RedisStore({ client }).',
    lookAt: 'the argument of `new RedisStore()`',
    requires: forApp((app) =>
      stderrMatches(app, /of undefined \(reading '(prefix|get|set|del|expire)'\)/),
    ),
  },
  {
    id: 's5-store-client-is-none',
    explainsCodeError: true,
    likely: ({ app }) =>
      `What the store gets as \`client\` is no client of the redis package: it has no method ${(app && missingMethod(app)) ?? ''}().`,
    lookAt:
      'the argument of `new RedisStore()`: `connect()` and async functions return a promise, not a client',
    requires: forApp((app) => missingMethod(app) !== undefined),
  },
  {
    id: 's5-no-secret',
    explainsCodeError: true,
    likely: ({ app }) =>
      `express-session signs the cookie with its option \`secret\`, which must be text, and got ${(app && secretInstead(app)) ?? 'none'}.`,
    lookAt:
      '`secret` among the options of session(): a function must be called, a promise awaited, and the name of the variable is SESSION_SECRET, letter by letter',
    requires: forApp((app) => secretInstead(app) !== undefined),
  },
  {
    id: 's5-cookie-option-invalid',
    explainsCodeError: true,
    likely: ({ app }) =>
      `An option of the cookie has a value that is not allowed: "${(app && invalidOption(app)) ?? ''}".`,
    lookAt: 'that option in `cookie: { … }` among the options of session()',
    requires: forApp((app) => invalidOption(app) !== undefined),
  },
  {
    id: 's5-store-on-subscriber',
    likely:
      'The store uses the connection that is subscribed. With RESP2 such a connection accepts no other commands.',
    lookAt: 'which client `newSessions()` gets',
    requires: forApp(
      (app) =>
        stderrMatches(app, /only \(P\|S\)SUBSCRIBE|in this context|PubSub mode/i) &&
        commands(app, 'SUBSCRIBE').length > 0,
    ),
  },
  {
    id: 's5-sessions-after-routes',
    explainsCodeError: true,
    likely:
      'A route runs without a session. Express runs middleware and routes in the order of registration, so the session middleware comes first.',
    lookAt: 'the order of `app.use()`, `app.get()` and `app.post()`',
    // With the option `path` express-session leaves out the paths that it excludes.
    requires: forApp(
      (app, { fact }) =>
        fact.expectation !== 'cookie-withheld' &&
        stderrMatches(
          app,
          /of undefined \([rs]\w+ '(regenerate|views|destroy)'\)|'req\.session'/,
        ),
    ),
  },
  {
    id: 's5-no-json-parser',
    likely: ({ app }) =>
      app && isUnparsed(app)
        ? 'The body of POST /login is not parsed: without express.json() in front of the handler, req.body is undefined.'
        : 'POST /login rejects a valid body. Either it is not parsed (without express.json() in front of the handler, req.body is undefined), or your condition for valid bodies refuses it.',
    lookAt:
      'what is between the path and the handler of `POST /login`; then the condition, and how you read the user',
    requires: forApp((app, evidence) => {
      const status = wrongStatus(evidence, 'login')
      if (status === 404 || status === 405) return false
      return isClientError(status) || (isServerError(status) && isUnparsed(app))
    }),
  },
  {
    id: 's5-route-missing',
    likely: 'This route does not exist: Express answers 404.',
    lookAt: 'method and path of the routes in app.ts',
    requires: ({ fact }) =>
      fact.kind === 'http-wrong' && [404, 405].includes(fact.response.status),
  },
]

const classWithoutNew = /Class constructor \w*Store cannot be invoked/

// What connect-redis calls and does not find.
function missingMethod(app: AppEvidence): string | undefined {
  return firstMatch(app, /\bthis\.client\.(\w+) is not a function/)
}

// What express-session got in place of a text, as Node.js names it.
function secretInstead(app: AppEvidence): string | undefined {
  if (stderrMatches(app, /secret option required for sessions/)) return 'none'
  return firstMatch(app, /"key" argument must be of type string.* Received (.*)/)
}

// What express-session and the package cookie print about options that they refuse.
function invalidOption(app: AppEvidence): string | undefined {
  return firstMatch(app, /TypeError: (maxAge must be .*|option \w+ is invalid.*)/)
}

function firstMatch({ lines }: AppEvidence, pattern: RegExp): string | undefined {
  return lines.flatMap(({ text }) => pattern.exec(text)?.[1] ?? [])[0]
}

function isUnparsed(app: AppEvidence): boolean {
  return stderrMatches(app, /'user' of 'req\.body'|undefined \(reading 'user'\)/)
}
