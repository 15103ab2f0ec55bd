import { type KnownMistake, replaceIn } from '../../../workshop/check/suite.ts'
import { of } from './evidence-queries.ts'

const destroys = `await new Promise<void>((resolve, reject) => {
    req.session.destroy((error) => (error ? reject(error) : resolve()))
  })
  res.clear`

/** When does a session end? */
export const endings: KnownMistake[] = [
  {
    id: 's5-logout-cookie-only',
    likely:
      'the browser forgot its cookie, and the session is still there: whoever has kept the cookie is still logged in.',
    lookAt: 'what `POST /logout` does to the session itself',
    matches: of(
      ({ expected, received }) => /logout/.test(expected) && /answered 200/.test(received),
    ),
    programs: {
      'clearCookie() alone': replaceIn('login.ts', destroys, 'res.clear'),
    },
  },
  {
    id: 's5-never-expires',
    likely:
      'the key of the session has no time to live. Every visitor leaves one behind for ever, until the memory of Redis is full.',
    lookAt: 'the options of the store, and how the key is set on the wire',
    matches: ({ received }) => /its key stays for ever/.test(received),
    programs: {
      disableTTL: replaceIn(
        'sessions.ts',
        'client: client_sessions',
        'client: client_sessions, disableTTL: true',
      ),
    },
  },
  {
    id: 's5-secret-in-code',
    likely:
      'the secret is not that of SESSION_SECRET: it stands in the code, where everybody who can read the code can sign cookies.',
    lookAt:
      '`secret` among the options of session(): the name of the variable, letter by letter',
    matches: of(({ expected }) => /whose SESSION_SECRET is another one/.test(expected)),
    programs: {
      'keyboard cat': replaceIn('sessions.ts', 'secret: secret()', "secret: 'keyboard cat'"),
    },
  },
]
