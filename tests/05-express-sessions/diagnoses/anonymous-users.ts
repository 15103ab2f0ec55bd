import { type KnownMistake, replaceIn } from '../../../workshop/check/suite.ts'
import { of } from './evidence-queries.ts'

/** Who has not logged in, and who tried in vain. */
export const strangers: KnownMistake[] = [
  {
    id: 's5-stranger-let-in',
    likely: 'GET /me answers an anonymous user as if a user were logged in.',
    lookAt: 'what `GET /me` does when the session has no user',
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
    likely: 'An anonymous user gets another status than 401.',
    lookAt: 'the status in `GET /me`',
    matches: of(
      ({ expected, received }) => /401 to/.test(expected) && /answered [345]/.test(received),
    ),
    programs: { '403': replaceIn('login.ts', 'status(401)', 'status(403)') },
  },
  {
    id: 's5-bad-json-is-500',
    likely:
      'The error of express.json() has the status 400, and your error handler answers 500.',
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
      'You read a field of req.body without a check. In Express 5 it is undefined when there is no body.',
    lookAt: 'what is done with `req.body` before it is validated',
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
    likely: 'A login succeeds with an invalid user. Validate the body.',
    lookAt: 'what is checked: the user exists, is a string, and is not empty',
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
    likely: 'An invalid login body gets another status than 400.',
    lookAt: 'the status in `POST /login`',
    matches: of(
      ({ expected, received }) =>
        /400 to POST \/login/.test(expected) && /answered 4/.test(received),
    ),
    programs: { '401': replaceIn('login.ts', 'status(400)', 'status(401)') },
  },
]
