import {
  type Diagnosis,
  type Evidence,
  forApp,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import {
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
    id: 's5-login-not-stored',
    likely:
      'You answer POST /login as if it had worked, and Redis has refused to store the session. The user is anonymous at the next request.',
    lookAt:
      '`req.session.save()` in `POST /login`: is it called, is the user in the session by then, does the response wait for it, and what becomes of its error?',
    requires: (evidence) => isOk(wrongStatus(evidence, 'store-full')),
    shows: ({ apps }) => apps.flatMap((app) => saves(app)),
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
    lookAt:
      'what becomes of the error of `save()`: a `catch` in login.ts, or the status in the error handler of app.ts',
    requires: (evidence) => {
      const status = wrongStatus(evidence, 'store-full')
      return status !== undefined && !isOk(status)
    },
  },
  {
    id: 's5-secure-cookie-on-http',
    likely:
      'The cookie has `secure: true`, and this is plain HTTP: express-session stores the session and sends no cookie.',
    lookAt: '`secure` among the options of the cookie',
    requires: (evidence) =>
      isClientError(wrongStatus(evidence, 'cookie-missing')) && isSaved(evidence),
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

// Logged in as the user of another browser.
function isOtherUser(evidence: Evidence): boolean {
  const { fact } = evidence
  if (fact.kind !== 'http-wrong' || wrongStatus(evidence, 'me', 'cookie-missing') !== 200)
    return false
  const { user } = parseJsonObject(fact.response.text)
  return user !== fact.client && (user === 'ada' || user === 'grace')
}
