import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  fieldsOf,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import { isLost, isSaved, isSavedAgain, saves, wrongStatus } from './session-queries.ts'

/** The cookie and the session id in it: which other clients can use them? */
export const cookies: Diagnosis[] = [
  {
    id: 's5-regenerate-not-awaited',
    likely:
      'You call regenerate() and do not wait for it, so the user is written into the old session, under the old id.',
    lookAt: 'what runs between `regenerate()` and its callback',
    requires: (evidence) =>
      (isFixated(evidence) || isLost(evidence)) && isSavedAgain(evidence, 'before-reply'),
  },
  {
    id: 's5-old-session-object',
    likely:
      'You write the user into the old session, under the old id: `regenerate()` replaces `req.session` by a new object.',
    lookAt:
      'the object that gets the user and `save()`: `req.session` after `regenerate()`, and no variable that was filled before',
    requires: (evidence) =>
      (isFixated(evidence) || isLost(evidence)) &&
      isSavedAgain(evidence, 'after-reply') &&
      !isSavedAgain(evidence, 'before-reply'),
  },
  {
    id: 's5-no-regenerate',
    likely:
      'The session keeps its id at login. If an attacker put that id into the browser before, the attacker is logged in, too (session fixation).',
    lookAt: 'what `POST /login` does before it writes the user into the session',
    requires: (evidence) => isFixated(evidence) && !isSavedAgain(evidence),
  },
  {
    id: 's5-secure-without-trust-proxy',
    likely:
      'Behind TLS no cookie is set. The router sends plain HTTP to the app and reports TLS in X-Forwarded-Proto, which Express reads only with `trust proxy`.',
    lookAt: "`app.set('trust proxy', …)`",
    requires: ({ fact }) => fact.kind === 'cookie-wrong' && fact.cookie === undefined,
  },
  {
    id: 's5-cookie-never-secure',
    likely: 'The session in Redis has no `secure`: this option has not reached the cookie.',
    lookAt:
      "`secure: 'auto'`, which belongs into `cookie: { … }` among the options of session()",
    requires: (evidence) =>
      isNotSecure(evidence) && isSaved(evidence) && !evidence.apps.some(hasSecureOption),
    shows: ({ apps }) => apps.flatMap((app) => saves(app).slice(-1)),
  },
  {
    id: 's5-tls-not-seen',
    likely:
      "Behind TLS the cookie is not marked Secure: Express does not use the router's X-Forwarded-Proto, or the option `secure` is false.",
    lookAt:
      "`app.set('trust proxy', …)`, letter by letter, and its value: 1 is a number of routers, the text '1' an address; then the option `secure`",
    requires: (evidence) => isNotSecure(evidence) && evidence.apps.some(hasSecureOption),
    shows: ({ apps }) => apps.flatMap((app) => saves(app).slice(-1)),
  },
  {
    id: 's5-cookie-readable',
    likely: 'The cookie is not HttpOnly, so every script in the page can read it.',
    lookAt: '`httpOnly` among the options of the cookie',
    requires: ({ fact }) => fact.kind === 'cookie-wrong' && fact.attribute === 'HttpOnly',
  },
  {
    id: 's5-fixed-expires',
    likely:
      'The cookies of two logins expire at the same moment: the date was computed once. When it is over, every new cookie has expired already.',
    lookAt: '`expires` among the options of the cookie; `maxAge` counts from each login',
    requires: ({ fact }) => fact.kind === 'cookie-wrong' && fact.attribute === 'Expires',
    shows: ({ app }) => (app ? saves(app) : []),
  },
  {
    id: 's5-no-same-site',
    likely:
      'The cookie has no SameSite, so the browser sends it with requests that other sites start.',
    lookAt:
      "the options in `cookie: { … }` of session(): `sameSite: 'lax'` is missing there, is spelled in another way, or has not reached the cookie",
    requires: ({ fact }) =>
      fact.kind === 'cookie-wrong' && fact.attribute === 'SameSite' && !fact.holds,
  },
  {
    id: 's5-same-site-none',
    likely:
      'The cookie has SameSite=None: the browser sends it with requests that other sites start.',
    lookAt: '`sameSite` among the options of the cookie',
    requires: ({ fact }) =>
      fact.kind === 'cookie-wrong' && fact.attribute === 'SameSite' && Boolean(fact.holds),
  },
]

function isFixated(evidence: Evidence): boolean {
  return wrongStatus(evidence, 'session-id') !== undefined
}

function isNotSecure({ fact }: Evidence): boolean {
  return (
    fact.kind === 'cookie-wrong' && fact.attribute === 'Secure' && fact.cookie !== undefined
  )
}

// express-session stores the options of the cookie that are set, `secure` of 'auto' as false or true.
function hasSecureOption(app: AppEvidence): boolean {
  const texts = saves(app).flatMap(({ args }) => args)
  return texts.some((text) => 'secure' in fieldsOf(parseJsonObject(text)['cookie']))
}
