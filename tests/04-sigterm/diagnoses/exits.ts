import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  forApp,
} from '../../../workshop/check/suite.ts'
import { crashesAfterStopped, stillOpen, stoppedMessages } from './shutdown-queries.ts'

/** It has published `stopped`; then it should end, within two seconds and with exit code 0. */
export const exits: Diagnosis[] = [
  {
    id: 's4-no-time-limit',
    likely:
      'Redis is down, and nothing ends your process. `publish()` and `close()` wait until the connection is back, and a client that tries to reconnect keeps Node.js running; a platform kills a process that takes too long.',
    lookAt:
      'the listener for SIGTERM: what calls `process.exit()` when a promise never settles, and after how many milliseconds? 2 seconds are too many, and `process.exitCode` ends nothing',
    requires: ({ fact, app }) =>
      fact.kind === 'exit-missing' && fact.expectation === 'redis-down' && !app?.exit,
  },
  {
    id: 's4-fails-without-redis',
    likely:
      'While Redis is down, your shutdown ends with another exit code than 0. A Redis that is down is no reason for the instance to fail at its own shutdown.',
    lookAt:
      'the exit code of your time limit, and what happens when `publish()` or `close()` rejects',
    requires: ({ fact }) =>
      fact.kind === 'exit-wrong' && fact.expectation === 'redis-down' && fact.code !== null,
  },
  {
    id: 's4-too-slow',
    likely:
      'Your program ends too late: its connections are closed, and something else delays the end. A platform kills a process that takes too long.',
    lookAt: 'timers and pauses in the shutdown',
    requires: forApp((app, evidence) => isLate(app, evidence) && app.exit !== undefined),
  },
  {
    id: 's4-closes-nothing',
    likely:
      'You publish `stopped`, and both connections are still open. An open connection keeps a process alive.',
    lookAt: 'what your shutdown does after it has published: `close()` on both clients',
    requires: forApp((app, evidence) => isLate(app, evidence) && keepsOpen(app, true, true)),
  },
  {
    id: 's4-never-exits',
    likely:
      'The connection that is subscribed is still open and keeps the process alive. You closed the other one only.',
    lookAt: '`close()` or `destroy()` on the client that subscribes',
    requires: forApp((app, evidence) => isLate(app, evidence) && keepsOpen(app, true, false)),
  },
  {
    id: 's4-publisher-left-open',
    likely:
      'The connection that publishes is still open and keeps the process alive. You closed only the one that is subscribed.',
    lookAt: '`close()` on the client that publishes',
    requires: forApp((app, evidence) => isLate(app, evidence) && keepsOpen(app, false, true)),
  },
  {
    id: 's4-kept-alive',
    likely:
      'All connections are closed and the process still runs: a timer, a server or another handle keeps it alive.',
    lookAt: '`setInterval()`, `setTimeout()`, and servers that are not closed',
    requires: forApp((app, evidence) => isLate(app, evidence) && keepsOpen(app, false, false)),
  },
  {
    id: 's4-nonzero-exit',
    likely:
      'Your program publishes `stopped` and then exits with another code than 0, which reports an error. A shutdown on request is none.',
    lookAt: ({ app }) =>
      app?.exit?.code === 15
        ? 'the number in `process.exit()`: 15 is that of SIGTERM, which a listener gets as its second argument'
        : 'the number in `process.exit()` or `process.exitCode`',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'exit-wrong' &&
        fact.expectation === undefined &&
        fact.code !== null &&
        stoppedMessages(app).length === 1 &&
        !crashesAfterStopped(app),
    ),
  },
]

function isLate(app: AppEvidence, { fact }: Evidence): boolean {
  return (
    fact.kind === 'exit-missing' &&
    fact.expectation === undefined &&
    stoppedMessages(app).length === 1
  )
}

function keepsOpen(app: AppEvidence, subscriber: boolean, others: boolean): boolean {
  const open = stillOpen(app)
  return !app.exit && open.subscriber === subscriber && open.others === others
}
