import {
  type KnownMistake,
  combine,
  replaceIn,
  commands,
} from '../../../workshop/check/suite.ts'
import { saves } from './evidence-queries.ts'

const regenerates = `await new Promise<void>((resolve, reject) => {
    req.session.regenerate((error) => (error ? reject(error) : resolve()))
  })`

/** The cookie and the id in it: who can get hold of them? */
export const cookies: KnownMistake[] = [
  {
    id: 's5-regenerate-not-awaited',
    likely:
      'regenerate() is called, and nobody waits for it: the user still goes into the old session, under the old id.',
    lookAt: 'what happens between `regenerate()` and the call of its callback',
    matches: ({ expected, programs }) =>
      /another id after a login/.test(expected) &&
      programs.some((me) =>
        commands(me, 'DEL').some(({ args }) =>
          saves(me).some((save) => args.includes(save.args[0] ?? '')),
        ),
      ),
    programs: {
      'an empty callback': replaceIn(
        'login.ts',
        regenerates,
        'req.session.regenerate(() => {})',
      ),
    },
  },
  {
    id: 's5-no-regenerate',
    likely:
      'the session keeps its id across the login. Who has put that id into the browser before is logged in, too: session fixation.',
    lookAt: 'what `POST /login` does before it writes the user into the session',
    matches: ({ expected }) => /another id after a login/.test(expected),
    programs: { 'nothing before the user': replaceIn('login.ts', regenerates, '') },
  },
  {
    id: 's5-secure-without-trust-proxy',
    likely:
      'over TLS there is no cookie at all. To the app the request came over plain HTTP, from the router; only X-Forwarded-Proto says more, and Express believes it when told to.',
    lookAt: "`app.set('trust proxy', …)`",
    matches: ({ expected, received }) =>
      /ends TLS/.test(expected) && /no cookie/.test(received),
    programs: {
      'secure in production': combine(
        replaceIn(
          'sessions.ts',
          "secure: 'auto'",
          "secure: process.env.NODE_ENV === 'production'",
        ),
        replaceIn('app.ts', "app.set('trust proxy', 1)", ''),
      ),
    },
  },
  {
    id: 's5-cookie-never-secure',
    likely:
      'over TLS the cookie is not marked Secure, so one request over plain HTTP gives it away. Either nobody asked for it, or Express does not believe the X-Forwarded-Proto of the router.',
    lookAt: "`secure` among the options of the cookie, and `app.set('trust proxy', …)`",
    matches: ({ expected }) => /ends TLS/.test(expected),
    programs: {
      'nobody asked': replaceIn('sessions.ts', "secure: 'auto', ", ''),
      'no trust proxy': replaceIn('app.ts', "app.set('trust proxy', 1)", ''),
    },
  },
  {
    id: 's5-cookie-readable',
    likely:
      'every script in the page can read the cookie, also one that somebody has smuggled in.',
    lookAt: '`httpOnly` among the options of the cookie',
    matches: ({ expected }) => /HttpOnly/.test(expected),
    programs: {
      'httpOnly: false': replaceIn('sessions.ts', 'httpOnly: true', 'httpOnly: false'),
    },
  },
  {
    id: 's5-no-same-site',
    likely:
      'the browser sends the cookie along with requests that other sites make it send: they could act as the user.',
    lookAt: '`sameSite` among the options of the cookie',
    matches: ({ expected }) => /SameSite/.test(expected),
    programs: { 'not a word about it': replaceIn('sessions.ts', "sameSite: 'lax', ", '') },
  },
]
