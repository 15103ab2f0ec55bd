import {
  type AppEvidence,
  type Diagnosis,
  type Fact,
  crashed,
  describeExit,
  forApp,
  openedConnections,
} from '../../../workshop/check/suite.ts'
import { stillConnected, threw } from '../../shared/redis-connection/evidence-queries.ts'

/** Redis is down when the program starts, or later for longer. */
export const startup: Diagnosis[] = [
  {
    id: 's2-connected-logged-too-early',
    likely: ({ fact }) =>
      fact.kind === 'output-unexpected'
        ? 'You print that you are connected before Redis has replied to PING. A log line must claim only what has happened.'
        : 'You print "reconnected" while Redis is down. A log line must claim only what has happened.',
    lookAt:
      'the event or the `await` after which the line is printed; in `.then(console.log(…))` the call runs at once: then() takes a function',
    requires: forApp(
      (app, { fact }) =>
        app.connectAttempts.length > 0 &&
        fact.expectation !== 'unusable' &&
        ((fact.kind === 'output-unexpected' && fact.expectation === 'early') ||
          claimsReconnectedWhileDown(app)),
    ),
  },
  {
    id: 's2-refusal-not-logged',
    likely:
      'Redis refuses, and you try again without a line about it. The log does not show why the app does not work.',
    lookAt: "TODO(2): what the 'error' listener does before the first connection",
    requires: forApp(
      (app, { fact }) => fact.kind === 'cause-line' && app.connectAttempts.length > 1,
    ),
  },
  {
    id: 's2-reported-at-every-attempt',
    sameCauseAs: ['s2-connected-logged-too-early'],
    likely: ({ fact }) =>
      isVaried(fact)
        ? 'You report at every attempt that Redis is down. The lines differ in their numbers alone, so none is equal to the last one.'
        : 'You report at every attempt that Redis is down, so the same line fills the log.',
    lookAt: ({ fact }) =>
      isVaried(fact)
        ? 'what you remember of the last line and compare: it must be the part that does not change, without times and counts'
        : "every listener that prints it, 'error' or 'reconnecting': what does it remember of the last line?",
    requires: forApp(
      (_, { fact }) =>
        fact.kind === 'output-repeated' && !/^(return|unusable)$/.test(fact.expectation ?? ''),
    ),
  },
  {
    id: 's2-open-taken-for-ready',
    likely:
      'You print "reconnected" as soon as a connection is open. This one was closed before Redis replied: only a connection on which Redis replies can be used.',
    lookAt: "TODO(3): 'connect' means that the connection is open, 'ready' that it can be used",
    requires: forApp(
      (_, { fact }) => fact.kind === 'output-unexpected' && fact.expectation === 'unusable',
    ),
  },
  {
    id: 's2-failed-attempt-taken-for-loss',
    likely:
      'You print "connection lost" again for an attempt that failed: the connection was accepted and closed before it could be used. It was lost already.',
    lookAt:
      "TODO(2): what the 'error' listener remembers; the text of an error is the same for a loss and for an attempt",
    requires: forApp(
      (_, { fact }) => fact.kind === 'output-repeated' && fact.expectation === 'unusable',
    ),
  },
  {
    id: 's2-gives-up-at-the-start',
    likely:
      "Redis refused once, and the client has not tried again. It does when 'error' has a listener before `connect()`, and `reconnectStrategy` returns a pause of at most a few seconds.",
    lookAt:
      'what is set up before `connect()` is called, and `reconnectStrategy` if there is one',
    requires: forApp(
      (app, { fact }) =>
        isNotTriedAgain(fact) && app.connectAttempts.length === 1 && !endsItself(app),
    ),
  },
  {
    id: 's2-ends-while-down',
    likely: ({ app }) =>
      `Redis is down when your program starts. It tried to connect ${app?.connectAttempts.length === 1 ? 'once' : `${app?.connectAttempts.length} times`}, and then ended with ${app?.exit ? describeExit(app.exit) : ''}. An instance waits until Redis is up.`,
    lookAt: ({ app }) =>
      app?.connectAttempts.length === 1
        ? "what ends the program while Redis is down: `process.exit()`, or a promise that is rejected at the first 'error', as that of `once(client, 'ready')` is; `await client.connect()` waits when 'error' has a listener before it"
        : 'what ends the program while Redis is down: a time limit for `connect()`, `process.exit()`, or a `reconnectStrategy` that returns an error',
    requires: forApp(
      (app, { fact }) =>
        (app.connectAttempts.length > 1 || (isNotTriedAgain(fact) && endsItself(app))) &&
        openedConnections(app).length === 0 &&
        app.exit !== undefined &&
        app.exit.code !== 0,
    ),
  },
  {
    id: 's2-gives-up-soon',
    likely: ({ app }) =>
      app?.exit
        ? 'Your client stopped reconnecting after a few attempts, and your program ended with exit code 0.'
        : 'Your client tried to connect a few times, and then no more in the time that the check waited for it.',
    lookAt: '`reconnectStrategy`: what it returns after some attempts, and how long it pauses',
    requires: forApp(
      (app, { fact }) =>
        (fact.expectation === 'return' || fact.expectation === 'after-outage') &&
        app.connectAttempts.length > openedConnections(app).length &&
        openedConnections(app).length > 0 === (fact.expectation === 'return') &&
        (app.exit === undefined || app.exit.code === 0) &&
        !stillConnected(app),
    ),
  },
]

// It has tried once.
function isNotTriedAgain(fact: Fact): boolean {
  return fact.kind === 'connect-missing' && fact.again === true
}

// With an exit code of its own, and not because of an error that no code caught.
function endsItself(app: AppEvidence): boolean {
  return crashed(app) && !threw(app)
}

// No two of the lines are the same.
function isVaried({ expectation }: Fact): boolean {
  return expectation === 'refused-in-other-words'
}

// It printed "reconnected" when no connection was open.
function claimsReconnectedWhileDown({ lines, wire }: AppEvidence): boolean {
  return lines.some(({ seq, text }) => {
    const before = wire.filter((event) => event.seq < seq)
    const opened = before.filter(({ kind }) => kind === 'open').length
    const closed = before.filter(({ kind }) => kind === 'close').length
    return /\breconnected\b/i.test(text) && closed === opened
  })
}
