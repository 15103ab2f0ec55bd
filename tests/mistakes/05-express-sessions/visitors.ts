import { type Mistake, all, change } from '../../support/index.ts'
import { forgot, neverWritten, noCookie, of, saved } from './seen.ts'

const sayUser = 'res.json({ user, instance })'
const keepUser = 'req.session.user = user\n  ' + sayUser
const counted =
  'req.session.views = views + 1\n  res.json({ user, views: views + 1, instance })'

/** One instance, several visitors: who is who? */
export const visitors: Mistake[] = [
  {
    id: 's5-secure-cookie-on-http',
    likely:
      'the cookie may travel over TLS only, and this is plain HTTP: express-session saves the session and keeps the cookie to itself.',
    lookAt: '`secure` among the options of the cookie',
    seen: of((evidence) => noCookie(evidence) && saved(evidence)),
    programs: { 'secure: true': change('sessions.ts', "secure: 'auto'", 'secure: true') },
  },
  {
    id: 's5-user-in-a-variable',
    likely:
      'whoever logged in last is everybody: the user lies in a variable of the program, and a program has one of it for all visitors.',
    lookAt: 'where the user is kept between two requests',
    seen: of(({ expected, received }) => {
      const known = /to know (\w+)/.exec(expected)?.[1]
      const told = /"user":"(\w+)"/.exec(received)?.[1]
      return /^GET \/me answered 200/.test(received) && told !== undefined && known !== told
    }),
    programs: {
      'let user': all(
        change('login.ts', 'req.session.user = user', 'req.session.user = last = user'),
        change(
          'login.ts',
          'const { user, views = 0 } = req.session',
          'const { views = 0 } = req.session\n  const user = last',
        ),
        change('login.ts', 'const instance =', "let last = ''\nconst instance ="),
      ),
    },
  },
  {
    id: 's5-views-in-a-variable',
    likely:
      'all visitors are counted together: the count lies in a variable of the program and not in the session.',
    lookAt: 'where the views are counted',
    seen: of(({ expected }) => /apart from/.test(expected)),
    programs: {
      'let count': all(
        change(
          'login.ts',
          counted,
          'req.session.views = views\n  res.json({ user, views: ++count, instance })',
        ),
        change('login.ts', 'const instance =', 'let count = 0\nconst instance ='),
      ),
    },
  },
  {
    id: 's5-modified-after-response',
    likely:
      'what was written into the session was not saved: it was written after the answer, or before regenerate() began a new session. express-session saves when the answer ends.',
    lookAt: 'the order of `regenerate()`, `req.session.… =` and `res.json()`',
    seen: of(
      (evidence, me) =>
        (forgot(evidence) && neverWritten(evidence, me)) ||
        (/to count the views/.test(evidence.expected) && evidence.programs.length === 1),
    ),
    programs: {
      'the user': change('login.ts', keepUser, sayUser + '\n  req.session.user = user'),
      'the user, and then regenerate()': all(
        change('login.ts', keepUser, sayUser),
        change(
          'login.ts',
          '  // A new id for a new user',
          '  req.session.user = user\n  // A new id for a new user',
        ),
      ),
      'the views': change(
        'login.ts',
        counted,
        'res.json({ user, views: views + 1, instance })\n  req.session.views = views + 1',
      ),
    },
  },
  {
    id: 's5-me-incomplete',
    likely:
      'GET /me answers, but not with {user, views, instance}: a field has another name, another type, or is missing.',
    lookAt: 'what `GET /me` answers; the name of the instance is in DYNO',
    seen: of(
      ({ expected, received }) =>
        /to know/.test(expected) && /^GET \/me answered 200/.test(received),
    ),
    programs: {
      'no instance': change('login.ts', 'views: views + 1, instance }', 'views: views + 1 }'),
      'the count as text': change(
        'login.ts',
        'views: views + 1, instance',
        'views: `${views + 1}`, instance',
      ),
    },
  },
  {
    id: 's5-stranger-let-in',
    likely: 'it answers GET /me to somebody who never logged in.',
    lookAt: 'what happens in `GET /me` when the session has no user',
    seen: of(
      ({ expected, received }) =>
        /401 to/.test(expected) && !/logout/.test(expected) && /answered 2/.test(received),
    ),
    programs: {
      'nobody is user undefined': change(
        'login.ts',
        'if (!user) {\n    res.status(401)',
        'if (false) {\n    res.status(401)',
      ),
    },
  },
  {
    id: 's5-stranger-not-401',
    likely:
      'a stranger is turned away with another status. 401 says: log in first, and then ask again.',
    lookAt: 'the status in `GET /me`',
    seen: of(
      ({ expected, received }) => /401 to/.test(expected) && /answered [345]/.test(received),
    ),
    programs: { '403': change('login.ts', 'status(401)', 'status(403)') },
  },
  {
    id: 's5-bad-json-is-500',
    likely:
      'express.json() has already said that this is not JSON: its error has the status 400. Something makes a 500 of it.',
    lookAt: 'what the error handler does with `error.status`',
    seen: of(
      ({ expected, received }) =>
        /with half a JSON/.test(expected) && /answered 5/.test(received),
    ),
    programs: {
      'every error is 503': change(
        'app.ts',
        'const status = statusOf(error)',
        'const status = 503',
      ),
    },
  },
  {
    id: 's5-body-undefined',
    likely:
      'the body is not always an object: without one req.body is undefined in Express 5, and reading a field of it throws.',
    lookAt: 'what is done to `req.body` before it is known what it is',
    seen: of(
      ({ expected, received }) =>
        /400 to POST \/login/.test(expected) && /answered 5/.test(received),
    ),
    programs: {
      'const { user } = req.body': change(
        'login.ts',
        'const user = readUser(req.body)',
        'const { user } = req.body',
      ),
    },
  },
  {
    id: 's5-body-not-checked',
    likely:
      'a login with anything for a user succeeds. The body comes from outside: look at it before you believe it.',
    lookAt: 'what is checked of the body: there, a text, not empty',
    seen: of(
      ({ expected, received }) =>
        /400 to POST \/login/.test(expected) && /answered [23]/.test(received),
    ),
    programs: {
      'whatever is there': change(
        'login.ts',
        'const user = readUser(req.body)',
        'const user = req.body?.user',
      ),
    },
  },
  {
    id: 's5-bad-login-not-400',
    likely:
      'a bad login body is turned down with another status. 400 says: the request itself is wrong.',
    lookAt: 'the status in `POST /login`',
    seen: of(
      ({ expected, received }) =>
        /400 to POST \/login/.test(expected) && /answered 4/.test(received),
    ),
    programs: { '401': change('login.ts', 'status(400)', 'status(401)') },
  },
]
