import {
  type Diagnosis,
  type Fact,
  forApp,
  printedStack,
  stdoutMatches,
  unsettledAwaitCode,
} from '../../../workshop/check/suite.ts'
import { printed, threw, urlOf } from '../../shared/redis-connection/evidence-queries.ts'
import { isFailureGoal, waitsAfterError } from './failures.ts'

/** What must not be printed. */
export const leaks: Diagnosis[] = [
  {
    id: 's1-url-error-repeats-url',
    likely:
      'You print a malformed URL, and with it the password. An error of `new URL()` holds the URL too.',
    lookAt: 'what is printed about a malformed URL',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'output-unexpected' &&
        fact.expectation === 'password' &&
        urlOf(app) === undefined,
    ),
  },
  {
    id: 's1-password-printed',
    likely:
      'You print the URL, or a part of it with the password in it. Logs are copied into tickets and chats.',
    lookAt: 'everything that is printed, on stderr too',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'output-unexpected' &&
        fact.expectation === 'password' &&
        urlOf(app) !== undefined,
    ),
  },
]

/** What can go wrong with the line that names the cause, and with the exit code. */
export const causes: Diagnosis[] = [
  {
    id: 's1-stack-printed',
    explainsCodeError: true,
    likely:
      'You print the whole error with its stack. The reader of a log needs the cause, in one line.',
    lookAt: 'what of the error is printed: `error.message` is one line',
    requires: forApp(
      (app, evidence) => isFailureGoal(evidence) && printedStack(app) && !threw(app),
    ),
  },
  {
    id: 's1-fails-silently',
    likely: 'Your program ends and prints nothing, so the log does not show what was wrong.',
    lookAt: 'what is printed before the program ends',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'cause-line' && app.exit !== undefined && !printed(app, /\S/),
    ),
  },
  {
    id: 's1-fails-with-code-0',
    likely:
      'You report the cause, and then end with exit code 0, which means success. Scripts and platforms look at nothing else.',
    lookAt: '`process.exit()` or `process.exitCode` after an error',
    requires: forApp(
      (app, evidence) =>
        isFailureGoal(evidence) &&
        evidence.fact.kind === 'exit-wrong' &&
        app.exit?.code === 0 &&
        printed(app, /\S/),
    ),
  },
  {
    id: 's1-other-exit-code',
    likely: 'Your program fails with another exit code than 1, which callers do not expect.',
    lookAt: '`process.exit()` or `process.exitCode` after an error',
    requires: forApp(
      ({ exit }, evidence) =>
        isFailureGoal(evidence) &&
        typeof exit?.code === 'number' &&
        exit.code > 1 &&
        exit.code !== unsettledAwaitCode,
    ),
  },
  {
    id: 's1-reason-on-stdout',
    likely:
      'You print the cause on stdout. Errors belong on stderr: stdout is often the input of another program.',
    lookAt: '`console.log()` where the cause is printed; `console.error()` writes to stderr',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'cause-line' && fact.problem === 'missing' && stdoutMatches(app, /\S/),
    ),
  },
  {
    id: 's1-cause-is-a-bug',
    explainsCodeError: true,
    likely:
      'The line that you print is about a bug in your own code: a value is missing there, or is of another kind. It does not name the cause.',
    lookAt: 'what your functions return in this case, beside the name in the error',
    requires: forApp(
      (_, { fact }) => fact.kind === 'cause-line' && fact.problem === 'internal',
    ),
  },
  {
    id: 's1-variable-not-named',
    likely:
      'Your line about the malformed URL does not name the variable that holds it. There are three of them.',
    lookAt: 'TODO(2): the text of that error',
    requires: forApp((_, { fact }) => fact.kind === 'cause-line' && fact.problem === 'unnamed'),
  },
  {
    id: 's1-malformed-taken-for-unset',
    likely:
      'You print the same line when no variable is set and when a variable is set and malformed, so its reader does not know what to repair.',
    lookAt:
      'TODO(1) and TODO(2): a variable that is not empty is chosen, malformed or not; then its URL is examined',
    requires: forApp(
      (app, { fact }) => otherApp(fact) !== undefined && urlOf(app) === undefined,
    ),
  },
  {
    id: 's1-one-line-for-all',
    likely:
      'You report two different causes with the same line, so its reader does not know what to repair.',
    lookAt:
      'the line that is printed at a failure: it needs the text of the error, or of the reply of Redis',
    requires: forApp(
      (app, { fact }) =>
        otherApp(fact) !== undefined && urlOf(app) !== undefined && !waitsAfterError(app),
    ),
    // Both apps: what their causes were is on the wire.
    shows: ({ apps, fact }) =>
      apps
        .filter(({ name }) => name === fact.app || name === otherApp(fact))
        .flatMap(({ wire }) => wire.slice(-3)),
  },
]

// The app that printed the same line for another cause.
function otherApp(fact: Fact): string | undefined {
  return fact.kind === 'cause-line' && fact.problem === 'same' ? fact.other : undefined
}
