import {
  type AppEvidence,
  type Diagnosis,
  crashed,
  stderrMatches,
  uncaughtError,
} from '../../../workshop/check/suite.ts'
import { failed } from '../../shared/failed-expectations.ts'

const key = 'TODO(1) in auth.ts: secretKey()'

/** What can be wrong with the secret, and who may read what. */
export const secrets: Diagnosis[] = [
  {
    id: 's10-good-secret-refused',
    likely: ({ app }) =>
      `JWT_SECRET has ${bytesOfSecret(app)} bytes here, and your program refuses it. It has to accept 32 bytes or more.`,
    lookAt: ({ app }) =>
      bytesOfSecret(app) === 32
        ? `${key}; \`>= 32\` instead of \`> 32\``
        : `${key}; the key is the bytes of the text, from new TextEncoder().encode(). Decoded as base64 or hex it has fewer`,
    requires: ({ app, fact }) =>
      fact.kind === 'port-missing' &&
      app !== undefined &&
      crashed(app) &&
      bytesOfSecret(app) >= 32 &&
      stderrMatches(app, /JWT_SECRET/),
  },
  {
    id: 's10-starts-without-secret',
    likely:
      'Without JWT_SECRET the instance starts all the same. With a default key, any reader of your code can sign tokens.',
    lookAt: key,
    requires: ({ fact }) => fact.kind === 'exit-missing' && fact.expectation === 'no-secret',
  },
  {
    id: 's10-short-secret-accepted',
    likely:
      'A JWT_SECRET of 31 bytes is accepted. A short secret can be guessed offline with a single token.',
    lookAt: key,
    requires: ({ fact }) => fact.kind === 'exit-missing' && fact.expectation === 'short-secret',
  },
  {
    id: 's10-secret-in-message',
    likely: 'The message about a JWT_SECRET that is too short prints it.',
    lookAt: key,
    requires: ({ fact }) =>
      fact.kind === 'output-unexpected' && fact.expectation === 'short-secret',
  },
  {
    id: 's10-secret-stack',
    likely: ({ app }) =>
      app && uncaughtError(app)
        ? 'No code catches the error about JWT_SECRET, so Node prints it with its stack, and not as one line.'
        : 'You print the error about JWT_SECRET with its stack, and not as one line.',
    lookAt: ({ app }) =>
      app && uncaughtError(app)
        ? `${key}; index.ts catches what it throws when it is called. What a file throws while it is imported is caught nowhere`
        : 'where it is printed; `error.message` is one line',
    requires: ({ fact }) => fact.kind === 'cause-line' && fact.problem === 'stack',
  },
  {
    id: 's10-refuses-with-code-0',
    likely:
      'The instance ends without a good JWT_SECRET, with another exit code than 1: to a platform that looks like a program that has done its work.',
    lookAt: `${key} throws; index.ts prints the message and exits with code 1`,
    requires: (evidence) =>
      evidence.fact.kind === 'exit-wrong' && failed('no-secret', 'short-secret')(evidence),
  },
  {
    id: 's10-token-logged',
    likely:
      'You print a token. With one that is still good every reader of the log can connect as that user.',
    lookAt: 'every console call in auth.ts and connection.ts',
    requires: failed('token-printed'),
  },
  {
    id: 's10-secret-logged',
    likely: 'You print JWT_SECRET. Every reader of the log can then sign tokens.',
    lookAt: 'every console call in auth.ts',
    requires: failed('secret-printed'),
  },
  {
    id: 's10-secrets-in-redis',
    likely:
      'You send a token or the secret to Redis, where every instance and every backup has it. To verify a token nothing needs to be stored.',
    lookAt: 'what you store or publish about a device',
    requires: failed('token-sent', 'secret-sent'),
  },
  {
    id: 's10-history-open',
    likely: 'GET /history answers without checking the token.',
    lookAt: 'the route /history in chat-app.ts',
    requires: failed('history-401'),
  },
  {
    id: 's10-history-of-any-user',
    likely: 'GET /history trusts the user in the URL. Only the token proves which user asks.',
    lookAt: 'the route /history in chat-app.ts',
    requires: failed('history-403'),
  },
]

function bytesOfSecret(app: AppEvidence | undefined): number {
  return Buffer.byteLength(app?.env['JWT_SECRET'] ?? '')
}
