import { type KnownMistake, replaceIn } from '../../../workshop/check/suite.ts'
import { of } from './evidence-queries.ts'

/** Who has not logged in, and who tried in vain. */
export const strangers: KnownMistake[] = [
  {
    id: 's5-stranger-let-in',
    likely: 'it answers GET /me to somebody who never logged in.',
    lookAt: 'what happens in `GET /me` when the session has no user',
    matches: of(
      ({ expected, received }) =>
        /401 to/.test(expected) && !/logout/.test(expected) && /answered 2/.test(received),
    ),
    programs: {
      'nobody is user undefined': replaceIn(
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
    matches: of(
      ({ expected, received }) => /401 to/.test(expected) && /answered [345]/.test(received),
    ),
    programs: { '403': replaceIn('login.ts', 'status(401)', 'status(403)') },
  },
  {
    id: 's5-bad-json-is-500',
    likely:
      'express.json() has already said that this is not JSON: its error has the status 400. Something makes a 500 of it.',
    lookAt: 'what the error handler does with `error.status`',
    matches: of(
      ({ expected, received }) =>
        /with half a JSON/.test(expected) && /answered 5/.test(received),
    ),
    programs: {
      'every error is 503': replaceIn(
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
    matches: of(
      ({ expected, received }) =>
        /400 to POST \/login/.test(expected) && /answered 5/.test(received),
    ),
    programs: {
      'const { user } = req.body': replaceIn(
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
    matches: of(
      ({ expected, received }) =>
        /400 to POST \/login/.test(expected) && /answered [23]/.test(received),
    ),
    programs: {
      'whatever is there': replaceIn(
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
    matches: of(
      ({ expected, received }) =>
        /400 to POST \/login/.test(expected) && /answered 4/.test(received),
    ),
    programs: { '401': replaceIn('login.ts', 'status(400)', 'status(401)') },
  },
]
