import {
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  type Fact,
  commands,
  forApp,
  parseJsonObject,
  printedError,
  uncaughtError,
} from '../../../workshop/check/suite.ts'
import {
  deletes,
  idsIn,
  isClientError,
  isLost,
  isOk,
  isSaved,
  isSavedAgain,
  isSavedWith,
  saves,
  userOf,
  wrongStatus,
} from './session-queries.ts'

/** One instance, several users: what it stores of them, and what it answers. */
export const logins: Diagnosis[] = [
  {
    id: 's5-unbound-method',
    explainsCodeError: true,
    likely: (evidence) =>
      `You pass the method \`${unboundMethod(evidence)?.method}\` without its session: when it is called, \`this\` is undefined in it, so \`this.req\` fails.`,
    lookAt: (evidence) =>
      `${unboundMethod(evidence)?.place ?? 'login.ts'}: pass a function that calls the method of \`req.session\``,
    requires: (evidence) => unboundMethod(evidence) !== undefined,
  },
  {
    id: 's5-no-callback',
    likely:
      'You call `regenerate()` without a callback. The methods of a session return no promise: they call a function that you pass, and here there is none.',
    lookAt:
      '`regenerate()` in `POST /login`: `completed()` in login.ts makes a promise of a method with a callback',
    requires: forApp(
      (app) =>
        /\bfn is not a function/.test(uncaughtError(app)?.message ?? '') &&
        deletes(app).length > 0,
    ),
    shows: ({ app }) => (app ? deletes(app) : []),
  },
  {
    id: 's5-saved-before-regenerate',
    likely:
      'The session with the user is stored, and then regenerate() deletes it: the new session is empty, and the cookie belongs to that one.',
    lookAt: 'the order in `POST /login`: which session is `req.session` after `regenerate()`?',
    requires: (evidence) => isLost(evidence) && replacedLogin(evidence) !== undefined,
    shows: (evidence) => replacedLogin(evidence) ?? [],
  },
  {
    id: 's5-session-id-assigned',
    likely: (evidence) => {
      const { stored, read } = otherId(evidence) ?? {}
      return `The session of the user is stored as ${start(stored)}, and the cookie of the login has another id: your program looks for ${start(read)}, which was never stored.`
    },
    lookAt:
      'TODO(5): what gives the session its new id. `regenerate()` makes a new session; an id that you assign to `req.sessionID` reaches the cookie alone',
    requires: (evidence) => isLost(evidence) && otherId(evidence) !== undefined,
    shows: (evidence) => {
      const { stored, read } = otherId(evidence) ?? {}
      return [stored, read]
    },
  },
  {
    id: 's5-login-not-stored',
    likely: (evidence) =>
      savesOldFirst(evidence)
        ? 'You answer POST /login as if it had worked, and Redis has refused to store the session. What `save()` stored is the old session, without the user: regenerate() replaces `req.session` by a new object, and it was not there yet, or `save()` is that of the old one.'
        : 'You answer POST /login as if it had worked, and Redis has refused to store the session. The user is anonymous at the next request.',
    lookAt: (evidence) =>
      savesOldFirst(evidence)
        ? '`regenerate()` in `POST /login`: what must wait until it is done, and which object is `save()` called on? Afterwards the session is `req.session`, and no variable that was filled before'
        : '`req.session.save()` in `POST /login`: is it called, is the user in the session by then, does the response wait for it (without a callback it returns no promise), and what becomes of its error?',
    requires: (evidence) => isOk(wrongStatus(evidence, 'store-full')),
    shows: (evidence) =>
      evidence.apps.flatMap((app) =>
        savesOldFirst(evidence) ? [...deletes(app), ...saves(app)] : saves(app),
      ),
  },
  {
    id: 's5-store-error-uncaught',
    likely:
      'Redis could not store the session of a login, and that error ended the program: no code caught it.',
    lookAt:
      '`req.session.save()` in `POST /login`: a `throw` in its callback reaches no `catch`, and neither does a promise that is not awaited',
    requires: forApp((app) => /\bOOM\b/.test(uncaughtError(app)?.message ?? '')),
    shows: ({ app }) => (app ? saves(app) : []),
  },
  {
    id: 's5-login-ignored',
    likely: 'You ignore a login when another user is logged in with that browser.',
    lookAt: '`POST /login`: a return that comes before `regenerate()`',
    requires: (evidence) => wrongStatus(evidence, 'second-login') !== undefined,
  },
  {
    id: 's5-store-error-not-503',
    likely:
      'Redis could not store the session of a login, and you answer with another error than 503.',
    lookAt: (evidence) =>
      isPageOfExpress(evidence)
        ? 'the error handler of app.ts, which was not reached: the response is the page of Express itself. A handler has four parameters, and `app.use()` adds it after the routes'
        : 'what becomes of the error of `save()`: a `catch` in login.ts, or the status in the error handler of app.ts',
    requires: (evidence) => {
      const status = wrongStatus(evidence, 'store-full')
      return status !== undefined && !isOk(status)
    },
  },
  {
    id: 's5-secure-cookie-on-http',
    likely:
      'The cookie is always Secure, and this is plain HTTP: express-session stores the session and sends no cookie.',
    lookAt:
      "`secure` among the options of the cookie: true, and each text other than 'auto', means always",
    requires: (evidence) =>
      isClientError(wrongStatus(evidence, 'cookie-missing')) &&
      evidence.apps.some((app) =>
        ['"secure":true', '"secure":"'].some((text) => isSavedWith(app, text)),
      ),
    shows: ({ apps }) => apps.flatMap((app) => saves(app).slice(-1)),
  },
  {
    id: 's5-cookie-withheld',
    explainsCodeError: true,
    likely:
      'The login sets a cookie, and the browser does not send it with GET /me: it has expired, or its path excludes /me.',
    lookAt: '`maxAge`, which is in milliseconds, and `path` among the options of the cookie',
    requires: (evidence) => wrongStatus(evidence, 'cookie-withheld') !== undefined,
  },
  {
    id: 's5-user-in-a-variable',
    likely:
      'The user is in a variable of the program, so the last login applies to all browsers.',
    lookAt: 'where you keep the user between two requests: it belongs in req.session',
    requires: isOtherUser,
  },
  {
    id: 's5-views-in-a-variable',
    likely:
      'You count the views in a variable of the program instead of the session, so the count is not that of this session.',
    lookAt: 'where you count the views: it belongs in req.session',
    requires: (evidence) =>
      wrongStatus(evidence, 'views-apart') !== undefined ||
      (wrongStatus(evidence, 'views') !== undefined &&
        evidence.apps.length > 1 &&
        !evidence.apps.some((app) => isSavedWith(app, '"views"'))),
  },
  {
    id: 's5-modified-after-response',
    likely:
      'What you wrote into the session was not stored: you wrote it after the response, or before regenerate() replaced the session.',
    lookAt: 'the order of `regenerate()`, `req.session.… =` and `res.json()`',
    requires: forApp((app, evidence) => {
      if (evidence.apps.length > 1 || isSavedAgain(evidence)) return false
      if (wrongStatus(evidence, 'views') !== undefined) return !isSavedWith(app, '"views"')
      if (isLost(evidence))
        return saves(app).length > 0 && !isSavedWith(app, userOf(evidence.fact))
      return isClientError(wrongStatus(evidence, 'cookie-missing')) && !isSaved(evidence)
    }),
  },
  {
    id: 's5-me-incomplete',
    likely:
      'GET /me does not answer {user, views, instance}: a field is missing or has another name or type.',
    lookAt: 'what `GET /me` answers; DYNO contains the name of the instance',
    requires: (evidence) =>
      isOk(wrongStatus(evidence, 'me', 'cookie-missing')) && !isOtherUser(evidence),
  },
]

// The session that regenerate() deletes is stored again, without the user, and then the new one.
function savesOldFirst(evidence: Evidence): boolean {
  return evidence.apps.some((app) => {
    const [first, second] = saves(app)
    const isOld = deletes(app).some(({ args }) => args.includes(first?.args[0] ?? ''))
    const isNew = second !== undefined && second.args[0] !== first?.args[0]
    return isOld && isNew && !first?.args.some((arg) => arg.includes('"user"'))
  })
}

// As Node prints it: the error, then the method of express-session that read `this.req`.
function unboundMethod({ apps }: Evidence) {
  for (const app of apps) {
    const at = app.lines.findIndex(({ text }) => /of undefined \(reading 'req'\)/.test(text))
    const [, method] =
      /^\s+at (?:\w+\.)?(regenerate|save|reload|destroy|touch) \(.*\.c?js:/.exec(
        app.lines[at + 1]?.text ?? '',
      ) ?? []
    const { frame, caller = frame } = printedError(app) ?? {}
    if (at >= 0 && method) return { method, place: caller }
  }
  return undefined
}

// Whether a session that is stored holds the user of the request.
function withUserOf(fact: Fact) {
  const user = `"user":${JSON.stringify(userOf(fact))}`
  return ({ args }: CommandEvent) => args.some((arg) => arg.includes(user))
}

// A session that was stored with the user, deleted after that, and one that was stored without.
function replacedLogin({ apps, fact }: Evidence): CommandEvent[] | undefined {
  for (const app of apps) {
    const holdsUser = withUserOf(fact)
    const stored = saves(app).findLast(holdsUser)
    const deleted = deletes(app).find(
      ({ seq, args }) => stored && seq > stored.seq && args.includes(stored.args[0] ?? ''),
    )
    const empty = saves(app).find(
      (save) => deleted && save.seq > deleted.seq && save.args[0] !== stored?.args[0],
    )
    if (stored && deleted && empty && !holdsUser(empty)) return [stored, deleted, empty]
  }
  return undefined
}

// A session that was stored with the user, and a later read of one whose id no command had before.
// An id comes from a cookie with a good signature: the program itself has set it.
function otherId({ apps, fact }: Evidence) {
  const holdsUser = withUserOf(fact)
  const all = apps.flatMap((app) => commands(app)).toSorted((a, b) => a.seq - b.seq)
  const read = all.findLast(({ name, reply }) => name === 'GET' && reply === null)
  const before = all.filter(({ seq }) => seq < (read?.seq ?? 0))
  const stored = apps
    .flatMap((app) => saves(app))
    .findLast((one) => one.seq < (read?.seq ?? 0) && holdsUser(one))
  if (!read || !stored || before.some((one) => idsIn([one])[0] === idsIn([read])[0]))
    return undefined
  return { stored, read }
}

function start(command: CommandEvent | undefined): string {
  return `${command?.args[0]?.slice(0, 16)}…`
}

// Logged in as the user of another browser.
function isOtherUser(evidence: Evidence): boolean {
  const { fact } = evidence
  if (fact.kind !== 'http-wrong' || wrongStatus(evidence, 'me', 'cookie-missing') !== 200)
    return false
  const { user } = parseJsonObject(fact.response.text)
  return user !== fact.client && (user === 'ada' || user === 'grace')
}

// Express answers like this when no error handler of the app has.
function isPageOfExpress({ fact }: Evidence): boolean {
  return fact.kind === 'http-wrong' && /<title>Error<\/title>/.test(fact.response.text)
}
