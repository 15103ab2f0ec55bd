import { type KnownMistake, commands, replaceIn } from '../../../workshop/check/suite.ts'
import { of } from './evidence-queries.ts'

const destroys = 'await completed((done) => req.session.destroy(done))'

/** When does a session end? */
export const endings: KnownMistake[] = [
  {
    id: 's5-logout-not-awaited',
    likely:
      'You answer POST /logout before the session is deleted, so for a moment a copy of the cookie is still logged in.',
    lookAt: 'what is awaited before `POST /logout` answers',
    matches: ({ expected, received, programs }) =>
      /logout/.test(expected) &&
      /answered 200/.test(received) &&
      programs.some(
        (each) => [...commands(each, 'DEL'), ...commands(each, 'UNLINK')].length > 1,
      ),
    programs: {
      'a promise that is not awaited': replaceIn(
        'login.ts',
        destroys,
        destroys.replace('await', 'void'),
      ),
      'an empty callback': replaceIn('login.ts', destroys, 'req.session.destroy(() => {})'),
    },
  },
  {
    id: 's5-logout-cookie-only',
    likely:
      'Logout deletes the cookie in the browser and not the session in Redis. A copy of the cookie is still logged in.',
    lookAt: 'what `POST /logout` does to the session itself',
    matches: of(
      ({ expected, received }) => /logout/.test(expected) && /answered 200/.test(received),
    ),
    programs: {
      'clearCookie() alone': replaceIn('login.ts', destroys, ''),
    },
  },
  {
    id: 's5-never-expires',
    likely: "The session's key has no time to live, so it stays in Redis forever.",
    lookAt: 'the options of the store, and the SET of the key on the wire',
    matches: ({ received }) => /its key never expires/.test(received),
    programs: {
      disableTTL: replaceIn(
        'sessions.ts',
        'client: client_sessions',
        'client: client_sessions, disableTTL: true',
      ),
    },
  },
  {
    id: 's5-expires-too-soon',
    likely:
      'The session expires too soon. The time to live of the cookie (maxAge) is in milliseconds, that of the store (ttl) in seconds.',
    lookAt: '`maxAge` among the options of the cookie, and `ttl` among those of the store',
    matches: ({ received }) => /its key expires in \d+ seconds/.test(received),
    programs: {
      'seconds for milliseconds': replaceIn('sessions.ts', 'maxAge: DAY_MS', 'maxAge: 86_400'),
    },
  },
  {
    id: 's5-secret-in-code',
    likely: 'The secret is hard-coded or comes from another variable than SESSION_SECRET.',
    lookAt: '`secret` among the options of session(): the name of the variable',
    matches: of(({ expected }) => /whose SESSION_SECRET is another one/.test(expected)),
    programs: {
      'keyboard cat': replaceIn('sessions.ts', 'secret: secret()', "secret: 'keyboard cat'"),
    },
  },
]
