import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  endedByUncaughtError,
  forApp,
  printedError,
  stderrMatches,
} from '../../../workshop/check/suite.ts'
import {
  endsSilently,
  handles,
  isKilled,
  isStoppedMissing,
  signalledOnce,
} from './shutdown-queries.ts'

/** It does not handle SIGTERM, or ends before the message has left. */
export const signals: Diagnosis[] = [
  {
    id: 's4-listener-called',
    likely:
      'You call the listener in the arguments of `process.on()`, so it runs at startup and its result is registered. Pass the function itself.',
    lookAt: "`process.on('SIGTERM', …)`: no `()` behind the name of the function",
    requires: ({ apps }) =>
      apps.some((app) => stderrMatches(app, /"listener" argument.* instance of Promise/)),
  },
  {
    id: 's4-listener-no-function',
    likely: (evidence) =>
      `What you pass to \`process.on()\` as the listener is no function: ${passedAsListener(evidence)}.`,
    lookAt:
      "`process.on('SIGTERM', …)`: the name of the signal first, then the function, without `()`",
    requires: (evidence) => passedAsListener(evidence) !== undefined,
  },
  {
    id: 's4-handler-too-late',
    likely:
      'You add the listener for SIGTERM only when a message arrives. Until then SIGTERM ends the process at once.',
    lookAt: "`process.on('SIGTERM', …)`: in the handler of messages, or at startup?",
    requires: forApp(
      (app, evidence) => isUnhandled(app) && !otherListeners(app) && handledLater(evidence),
    ),
  },
  {
    id: 's4-sigkill',
    likely:
      'You add a listener for a signal that no process can handle: SIGKILL and SIGSTOP are carried out by the operating system.',
    lookAt: 'the name of the signal: a platform sends SIGTERM, number 15, first',
    requires: forApp((app) => stderrMatches(app, /uv_signal_start EINVAL/)),
  },
  {
    id: 's4-wrong-signal',
    likely:
      'You listen to another signal. Ctrl+C sends SIGINT; a platform and `kill -15` send SIGTERM.',
    lookAt: 'the name of the signal in `process.on()`',
    requires: forApp(
      (app) => isUnhandled(app) && app.signalHandlers.some((name) => name.startsWith('SIG')),
    ),
  },
  {
    id: 's4-before-exit',
    likely:
      "You listen to 'beforeExit', which Node.js emits when the event loop is empty. A signal ends the process without it.",
    lookAt: 'the name of the event in `process.on()`',
    requires: forApp(
      (app) => isUnhandled(app) && !handlesSignals(app) && handles(app, 'beforeExit'),
    ),
  },
  {
    id: 's4-exit-event-async',
    likely: ({ app }) =>
      `You publish in a listener for 'exit'. ${app && handles(app, 'SIGTERM') ? 'In' : 'A signal that no listener handles emits no such event, and in'} it nothing asynchronous runs any more, so no message leaves.`,
    lookAt: "`process.on('exit', …)`: move that code into the listener for SIGTERM",
    requires: forApp(
      (app, evidence) =>
        isStoppedMissing(evidence) && endsSilently(app) && handles(app, 'exit'),
    ),
  },
  {
    id: 's4-no-sigterm-handler',
    likely: 'No listener handles SIGTERM, so Node.js ends the process at once.',
    lookAt: "`process.on('SIGTERM', …)`: is that line reached at startup?",
    requires: forApp(
      (app, evidence) => isUnhandled(app) && !otherListeners(app) && !handledLater(evidence),
    ),
  },
  {
    id: 's4-once',
    likely:
      'The second SIGTERM ended the process during its shutdown: your listener was removed at the first one, and without a listener Node.js ends the process.',
    lookAt:
      'what removes the listener: `process.once()` and `removeAllListeners()` do; with `process.on()` it stays, and the shutdown has to remember that it runs',
    requires: ({ fact }) => fact.kind === 'exit-unexpected' && fact.signal === 'SIGTERM',
  },
  {
    id: 's4-raised-too-soon',
    likely:
      'Your listener for SIGTERM sends the signal to its own process before the `stopped` message has left, and that ends the process.',
    lookAt: '`process.kill()`: what must be awaited before it?',
    requires: forApp(
      (app, evidence) => isStoppedMissing(evidence) && isKilled(app) && handles(app, 'SIGTERM'),
    ),
  },
  {
    id: 's4-used-after-close',
    likely:
      'You use a client that is already closed: the call rejects with `ClientClosedError`, and no `stopped` message was sent.',
    lookAt: ({ app }) => {
      const frame = app && printedError(app)?.frame
      const order =
        'the order of `publish()`, `close()` and `destroy()`; each client is closed once'
      return frame ? `${frame}, and ${order}` : order
    },
    requires: forApp(
      (app, evidence) => isStoppedMissing(evidence) && endsSilently(app) && isClosed(app),
    ),
  },
  {
    id: 's4-destroy-drops',
    likely:
      'You call `destroy()` before the `stopped` message has left: it discards what is not sent yet. `close()` sends it first.',
    lookAt: 'how you close the connection that publishes',
    requires: forApp(
      (app, evidence) => isStoppedMissing(evidence) && endsSilently(app) && isDestroyed(app),
    ),
  },
  {
    id: 's4-exit-before-publish',
    likely:
      'After SIGTERM your program exited with code 0, and no `stopped` message had been sent.',
    lookAt:
      'the shutdown: is `announce()`, or your own `publish()`, awaited before `process.exit()` and `destroy()`, and does the listener for SIGTERM start it? A timer takes a function: `setTimeout(process.exit(0), …)` exits at once',
    requires: forApp(
      (app, evidence) =>
        isStoppedMissing(evidence) &&
        endsSilently(app) &&
        app.exit?.code === 0 &&
        handles(app, 'SIGTERM') &&
        !handles(app, 'exit') &&
        !isClosed(app) &&
        !isDestroyed(app),
    ),
  },
  {
    id: 's4-shutdown-fails',
    uncertain: true,
    likely:
      'Your shutdown ended with another exit code than 0 before a `stopped` message was sent.',
    lookAt: 'the last lines that it printed, below; and `process.exit()` with another number',
    requires: forApp(
      (app, evidence) =>
        isStoppedMissing(evidence) &&
        endsSilently(app) &&
        !endedByUncaughtError(app) &&
        !isKilled(app) &&
        app.exit?.code !== 0 &&
        !handles(app, 'exit') &&
        !isClosed(app) &&
        !isDestroyed(app),
    ),
  },
]

function isUnhandled(app: AppEvidence): boolean {
  return isKilled(app) && !handles(app, 'SIGTERM')
}

function handlesSignals({ signalHandlers }: AppEvidence): boolean {
  return signalHandlers.some((name) => name.startsWith('SIG'))
}

function otherListeners(app: AppEvidence): boolean {
  return handlesSignals(app) || handles(app, 'beforeExit') || handles(app, 'exit')
}

// Another instance of the same program, which received messages before, handles it.
function handledLater(evidence: Evidence): boolean {
  return signalledOnce(evidence).some((one) => handles(one, 'SIGTERM'))
}

function isClosed(app: AppEvidence): boolean {
  return stderrMatches(app, /The client is closed/)
}

function isDestroyed(app: AppEvidence): boolean {
  return stderrMatches(app, /Disconnects client/)
}

// As Node puts it: `undefined`, `type string ('SIGTERM')`.
function passedAsListener({ apps }: Evidence): string | undefined {
  const lines = apps.flatMap((app) => app.lines)
  const pattern = /"listener" argument must be of type function\. Received (?!.*Promise)(.+)/
  return lines.map(({ text }) => pattern.exec(text)?.[1]).find((found) => found !== undefined)
}
