import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { forgot, neverWritten, noCookie, of, saved } from './evidence-queries.ts'

const sayUser = 'res.json({ user, instance })'
const keepUser = 'req.session.user = user\n  ' + sayUser
const counted =
  'req.session.views = views + 1\n  res.json({ user, views: views + 1, instance })'

/** One instance, several visitors: who is who? */
export const visitors: KnownMistake[] = [
  {
    id: 's5-secure-cookie-on-http',
    likely:
      'the cookie may travel over TLS only, and this is plain HTTP: express-session saves the session and keeps the cookie to itself.',
    lookAt: '`secure` among the options of the cookie',
    matches: of((evidence) => noCookie(evidence) && saved(evidence)),
    programs: { 'secure: true': replaceIn('sessions.ts', "secure: 'auto'", 'secure: true') },
  },
  {
    id: 's5-user-in-a-variable',
    likely:
      'whoever logged in last is everybody: the user lies in a variable of the program, and a program has one of it for all visitors.',
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
      'all visitors are counted together: the count lies in a variable of the program and not in the session.',
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
      'what was written into the session was not saved: it was written after the answer, or before regenerate() began a new session. express-session saves when the answer ends.',
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
          '  // A new id for a new user',
          '  req.session.user = user\n  // A new id for a new user',
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
      'GET /me answers, but not with {user, views, instance}: a field has another name, another type, or is missing.',
    lookAt: 'what `GET /me` answers; the name of the instance is in DYNO',
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
