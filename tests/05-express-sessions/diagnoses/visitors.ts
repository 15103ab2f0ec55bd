import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { forgot, neverWritten, noCookie, of, saved } from './evidence-queries.ts'

const sayUser = 'res.json({ user, instance })'
const saving = 'await completed((done) => req.session.save(done))'
const keepUser = `req.session.user = user
  // Before the answer: if Redis cannot store the session, this throws, and app.ts answers 503.
  ${saving}
  ${sayUser}`
const counted =
  'req.session.views = views + 1\n  res.json({ user, views: views + 1, instance })'

/** One instance, several visitors: who is who? */
export const visitors: KnownMistake[] = [
  {
    id: 's5-login-not-stored',
    likely:
      'You answer POST /login before the session is stored. Redis refused to store it, so the user is told that the login worked, and is anonymous at the next request.',
    lookAt: '`req.session.save()` before the answer of `POST /login`, and its error',
    matches: ({ expected, received }) =>
      /Redis could not store/.test(expected) && /answered [23]/.test(received),
    programs: {
      'no save()': replaceIn('login.ts', saving, ''),
      'save() is not awaited': replaceIn('login.ts', saving, 'req.session.save(() => {})'),
    },
  },
  {
    id: 's5-store-error-not-503',
    likely:
      'The login failed because Redis could not store the session, and the answer has another status than 503.',
    lookAt: 'the status in the error handler of `app.ts`',
    matches: ({ expected }) => /Redis could not store/.test(expected),
    programs: {
      'answers 500': replaceIn('app.ts', ': 503\n}', ': 500\n}'),
    },
  },
  {
    id: 's5-secure-cookie-on-http',
    likely:
      'The cookie has `secure: true`, and this is plain HTTP: express-session stores the session and sends no cookie.',
    lookAt: '`secure` among the options of the cookie',
    matches: of((evidence) => noCookie(evidence) && saved(evidence)),
    programs: { 'secure: true': replaceIn('sessions.ts', "secure: 'auto'", 'secure: true') },
  },
  {
    id: 's5-user-in-a-variable',
    likely:
      'The user is in a variable of the program, so the last login applies to all visitors.',
    lookAt: 'where the user is kept between two requests',
    matches: of(({ expected, received }) => {
      const known = /to know (\w+)/.exec(expected)?.[1]
      const told = /"user":"(\w+)"/.exec(received)?.[1]
      return received.startsWith('GET /me answered 200') && told !== undefined && known !== told
    }),
    programs: {
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
  },
  {
    id: 's5-views-in-a-variable',
    likely:
      'The views are counted in a variable of the program, so all visitors are counted together.',
    lookAt: 'where the views are counted',
    matches: of(({ expected }) => /apart from/.test(expected)),
    programs: {
      'let count': combine(
        replaceIn(
          'login.ts',
          counted,
          'req.session.views = views\n  res.json({ user, views: ++count, instance })',
        ),
        replaceIn('login.ts', 'const instance =', 'let count = 0\nconst instance ='),
      ),
    },
  },
  {
    id: 's5-modified-after-response',
    likely:
      'What you wrote into the session was not stored: you wrote it after the answer, or before regenerate() replaced the session.',
    lookAt: 'the order of `regenerate()`, `req.session.… =` and `res.json()`',
    matches: of(
      (evidence, me) =>
        (forgot(evidence) && neverWritten(evidence, me)) ||
        (/to count the views/.test(evidence.expected) && evidence.programs.length === 1),
    ),
    programs: {
      'the user': replaceIn('login.ts', keepUser, sayUser + '\n  req.session.user = user'),
      'the user, and then regenerate()': combine(
        replaceIn('login.ts', keepUser, sayUser),
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
  },
  {
    id: 's5-me-incomplete',
    likely:
      'GET /me does not answer {user, views, instance}: a field is missing or has another name or type.',
    lookAt: 'what `GET /me` answers; DYNO contains the name of the instance',
    matches: of(
      ({ expected, received }) =>
        /to know/.test(expected) && received.startsWith('GET /me answered 200'),
    ),
    programs: {
      'no instance': replaceIn(
        'login.ts',
        'views: views + 1, instance }',
        'views: views + 1 }',
      ),
      'the count as text': replaceIn(
        'login.ts',
        'views: views + 1, instance',
        'views: `${views + 1}`, instance',
      ),
    },
  },
]
