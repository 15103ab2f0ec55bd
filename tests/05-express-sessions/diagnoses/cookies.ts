import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { forgot, revived } from './evidence-queries.ts'

const regenerates = 'await completed((done) => req.session.regenerate(done))'

/** The cookie and the id in it: who can get hold of them? */
export const cookies: KnownMistake[] = [
  {
    id: 's5-regenerate-not-awaited',
    likely:
      'You call regenerate() and do not wait for it, so the user is written into the old session, under the old id.',
    lookAt: 'what runs between `regenerate()` and its callback',
    matches: (evidence) =>
      (/another id after a login/.test(evidence.expected) || forgot(evidence)) &&
      revived(evidence),
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
      'The session keeps its id at login. If an attacker put that id into the browser before, the attacker is logged in, too (session fixation).',
    lookAt: 'what `POST /login` does before it writes the user into the session',
    matches: ({ expected }) => /another id after a login/.test(expected),
    programs: { 'nothing before the user': replaceIn('login.ts', regenerates, '') },
  },
  {
    id: 's5-secure-without-trust-proxy',
    likely:
      'Behind TLS no cookie is set. The router sends plain HTTP to the app and reports TLS in X-Forwarded-Proto, which Express reads only with `trust proxy`.',
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
      "Behind TLS the cookie is not marked Secure: either the option `secure` is missing, or Express does not read the router's X-Forwarded-Proto.",
    lookAt: "`secure` among the options of the cookie, and `app.set('trust proxy', …)`",
    matches: ({ expected }) => /ends TLS/.test(expected),
    programs: {
      'nobody asked': replaceIn('sessions.ts', "secure: 'auto', ", ''),
      'no trust proxy': replaceIn('app.ts', "app.set('trust proxy', 1)", ''),
    },
  },
  {
    id: 's5-cookie-readable',
    likely: 'The cookie is not HttpOnly, so every script in the page can read it.',
    lookAt: '`httpOnly` among the options of the cookie',
    matches: ({ expected }) => /HttpOnly/.test(expected),
    programs: {
      'httpOnly: false': replaceIn('sessions.ts', 'httpOnly: true', 'httpOnly: false'),
    },
  },
  {
    id: 's5-no-same-site',
    likely:
      'The cookie has no SameSite, so the browser sends it with requests that other sites start.',
    lookAt: '`sameSite` among the options of the cookie',
    matches: ({ expected }) => /SameSite/.test(expected),
    programs: { 'not a word about it': replaceIn('sessions.ts', "sameSite: 'lax', ", '') },
  },
]
