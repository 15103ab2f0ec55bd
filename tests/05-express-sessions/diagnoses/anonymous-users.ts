import { type Diagnosis, forApp, stderrMatches } from '../../../workshop/check/suite.ts'
import { isClientError, isOk, isServerError, wrongStatus } from './session-queries.ts'

const anonymous = ['anonymous', 'failed-login', 'forged-cookie'] as const
const loggedOut = ['logged-out', 'copied-cookie', 'other-secret'] as const
const invalid = ['no-body', 'malformed-json', 'invalid-body'] as const

/** Requests of users who are not logged in, and logins that must fail. */
export const anonymousUsers: Diagnosis[] = [
  {
    id: 's5-stranger-let-in',
    likely: 'GET /me answers an anonymous user as if a user were logged in.',
    lookAt: 'what `GET /me` does when the session has no user',
    requires: (evidence) => wrongStatus(evidence, ...anonymous) === 200,
  },
  {
    id: 's5-stranger-not-401',
    likely: 'GET /me answers an anonymous user with another status than 401.',
    lookAt: 'the status in `GET /me`',
    requires: (evidence) => {
      const status = wrongStatus(evidence, ...anonymous, ...loggedOut)
      return status !== undefined && status !== 200 && status !== 404
    },
  },
  {
    id: 's5-bad-json-is-500',
    likely:
      'The error of express.json() has the status 400, and your error handler answers with a status of 500 or more.',
    lookAt: 'what the error handler does with `error.status`',
    requires: (evidence) => isServerError(wrongStatus(evidence, 'malformed-json')),
  },
  {
    id: 's5-body-undefined',
    explainsCodeError: true,
    likely:
      'You read a field of req.body without a check. In Express 5 it is undefined when there is no body.',
    lookAt: 'what you do with `req.body` before it is validated',
    requires: (evidence) => isServerError(wrongStatus(evidence, 'no-body')),
  },
  {
    id: 's5-user-not-string',
    explainsCodeError: true,
    likely:
      'Your code throws when the user in the body is not a string. A client can send any JSON value.',
    lookAt: "the type that you check before you use `user`: `typeof user === 'string'`",
    requires: forApp(
      (app, evidence) =>
        isServerError(wrongStatus(evidence, 'invalid-body')) && stderrMatches(app, /TypeError/),
    ),
  },
  {
    id: 's5-body-not-checked',
    likely: 'A login succeeds with an invalid user. Validate the body.',
    lookAt: 'what is checked: the user exists, is a string, and is not empty',
    requires: (evidence) => isOk(wrongStatus(evidence, ...invalid)),
  },
  {
    id: 's5-bad-login-not-400',
    likely: 'An invalid login body gets another status than 400.',
    lookAt: 'the status in `POST /login`',
    requires: (evidence) => {
      const status = wrongStatus(evidence, ...invalid)
      return isClientError(status) && status !== 404
    },
  },
]
