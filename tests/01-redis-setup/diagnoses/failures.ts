import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  RespError,
  commands,
  forApp,
  stderrMatches,
  unsettledAwaitCode,
} from '../../../workshop/check/suite.ts'
import {
  gotError,
  stillConnected,
  threw,
  urlOf,
} from '../../shared/redis-connection/evidence-queries.ts'

/** What can go wrong when Redis cannot be reached: with connecting, waiting, and errors. */
export const failures: Diagnosis[] = [
  {
    id: 's1-default-when-none-set',
    likely:
      'No variable is set, and you connect to a default address. In production that hides a missing setting.',
    lookAt: 'TODO(1): what happens when none of the three variables is set',
    requires: forApp(
      (_, { fact }) => fact.kind === 'connect-unexpected' && fact.expectation === 'unset',
    ),
  },
  {
    id: 's1-other-url-accepted',
    likely: ({ app }) =>
      `You accept \`${app ? urlOf(app)?.href : ''}\` as the URL of a Redis, and connect. \`new URL()\` does not reject it: it takes what is before the colon for the protocol.`,
    lookAt: 'TODO(2): what happens when `isRedisUrl()` is false',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'connect-unexpected' &&
        fact.expectation === 'malformed' &&
        urlOf(app) !== undefined,
    ),
  },
  {
    id: 's1-malformed-url-connectAttempts',
    likely:
      'The variable holds no URL, and you connect all the same: defaults replace what could not be parsed.',
    lookAt: 'TODO(2): what happens when a part of the URL is missing',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'connect-unexpected' &&
        fact.expectation === 'malformed' &&
        urlOf(app) === undefined,
    ),
  },
  {
    id: 's1-never-gives-up',
    likely:
      'You connect again and again. A health check tries once, reports the cause, and ends.',
    lookAt: 'what opens a connection after one has failed',
    requires: forApp(({ exit, connectAttempts }) => !exit && connectAttempts.length > 1),
  },
  {
    id: 's1-error-answers-ignored',
    likely:
      'Redis replied with an error, and you still wait for PONG. A reply that starts with a minus is an error.',
    lookAt: 'TODO(4): what happens at other replies than +PONG; -ERR is one error of many',
    requires: forApp(
      (app, { fact }) =>
        (fact.kind === 'exit-missing' &&
          (gotError(app, 'WRONGPASS') || gotError(app, 'NOAUTH'))) ||
        (fact.kind === 'cause-line' && fact.problem === 'same' && waitsAfterError(app)),
    ),
  },
  {
    id: 's1-no-time-limit',
    likely:
      'You wait forever for a reply that never arrives. A health check needs a time limit: a server that is overloaded may accept connections and never reply.',
    lookAt: 'how long the program waits for a reply, and what ends the wait',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'exit-missing' &&
        fact.expectation === 'unanswered' &&
        app.connectAttempts.length === 1 &&
        stillConnected(app),
    ),
  },
  {
    id: 's1-closed-unnoticed',
    likely: ({ app }) =>
      app?.exit?.code === unsettledAwaitCode
        ? 'Redis closed the connection before it had replied, and your program goes on waiting with `await`. Nothing can end that wait any more, so Node.js ends the program with exit code 13. A closed connection is an event of its own, and no error.'
        : 'Redis closed the connection before it had replied, and your program ended without an error. A closed connection is an event of its own, and no error.',
    lookAt: "what happens when the replies end without +PONG: after the loop, or at 'close'",
    requires: forApp(
      ({ exit }, { fact }) =>
        fact.kind === 'exit-wrong' &&
        fact.expectation === 'disconnected' &&
        (exit?.code === 0 || exit?.code === unsettledAwaitCode),
    ),
  },
  {
    id: 's1-no-error-listener',
    likely:
      "The socket emitted 'error', and it has no listener for it. Node.js then ends the program with the stack of the error.",
    lookAt: "`socket.on('error', …)`",
    requires: forApp((app) => stderrMatches(app, /Unhandled 'error' event/)),
  },
  {
    id: 's1-error-not-caught',
    likely:
      'An error that no code caught ended the program. Its stack hides the one sentence that matters.',
    lookAt: 'every promise without `await`, and what is outside of `try`',
    requires: forApp(
      (app, evidence) =>
        isFailureGoal(evidence) && threw(app) && !stderrMatches(app, /Unhandled 'error' event/),
    ),
  },
]

/** Whether it kept its connection open for more than a second after Redis had replied with an error. */
export function waitsAfterError(app: AppEvidence): boolean {
  const error = commands(app).find(({ reply }) => reply instanceof RespError)
  const closed = app.wire.find(
    ({ kind, connection }) => kind === 'close' && connection === error?.connection,
  )
  return closed !== undefined && closed.at - (error?.repliedAt ?? closed.at) > 1_000
}

/** Whether the failure is about a program that cannot reach Redis. */
export function isFailureGoal({ fact: { expectation = '' } }: Evidence): boolean {
  return failureCauses.has(expectation)
}

const failureCauses = new Set([
  'unset',
  'malformed',
  'refused',
  'rejected',
  'disconnected',
  'unanswered',
])
