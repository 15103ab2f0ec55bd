import {
  type AppEvidence,
  type Diagnosis,
  firstCut,
  forApp,
  printedStack,
  stderrMatches,
} from '../../../workshop/check/suite.ts'
import { protocolError, threw } from '../../shared/redis-connection/evidence-queries.ts'

/** What a broken connection brings to light. */
export const reconnect: Diagnosis[] = [
  {
    id: 's2-duplicate-without-error-listener',
    likely:
      "You have several clients, and one of them has no 'error' listener. `duplicate()` copies options and no listeners.",
    lookAt: "every client that is created, and its `on('error', …)`",
    requires: forApp((app) => isUnhandled(app) && mostOpen(app) > 1),
  },
  {
    id: 's2-listener-once',
    likely:
      "Your 'error' listener handled the first error and not the next one: `once()` removes a listener after its first event.",
    lookAt: "how the listener for 'error' is added: `on()` keeps it",
    requires: forApp(
      (app) =>
        isUnhandled(app) &&
        mostOpen(app) === 1 &&
        app.connectAttempts.length > 1 &&
        wasCut(app),
    ),
  },
  {
    id: 's2-no-error-listener',
    likely:
      "Your client has no 'error' listener, so Node.js ends the program when the connection breaks.",
    lookAt: "TODO(2): `client.on('error', …)`",
    requires: forApp(
      (app) => isUnhandled(app) && mostOpen(app) === 1 && app.connectAttempts.length === 1,
    ),
  },
  {
    id: 's2-error-handler-throws',
    likely:
      "Your 'error' listener throws, and nothing can catch that: the program ends as if there were no listener.",
    lookAt: "what the listener for 'error' does; logging is enough",
    requires: forApp(
      (app) =>
        threw(app) &&
        wasCut(app) &&
        !isUnhandled(app) &&
        stderrMatches(app, /\bthrow\b(?! er;)/) &&
        !stderrMatches(app, /Socket already opened/),
    ),
  },
  {
    id: 's2-exit-on-error',
    likely:
      'Your program ends itself when the connection breaks. One restart of Redis would end all instances at once.',
    lookAt: "`process.exit()` in the listeners for 'error' and 'end'",
    requires: forApp((app) => wasCut(app) && (app.exit?.code ?? 0) !== 0 && !printedStack(app)),
  },
  {
    id: 's2-reconnect-disabled',
    likely:
      'Your client did not try to connect again after the connection broke. It does so by itself within a second, unless your code changes that.',
    lookAt:
      "`reconnectStrategy`, and the 'error' listener of the client: is there one, and what does it do?",
    requires: forApp(
      (app) =>
        wasCut(app) &&
        app.connectAttempts.length <= mostOpen(app) &&
        (app.exit === undefined || app.exit.code === 0),
    ),
  },
]

function isUnhandled(app: AppEvidence): boolean {
  return stderrMatches(app, /Unhandled 'error' event|Emitted 'error' event/)
}

// The check cut it, and not the proxy because of what was sent.
function wasCut(app: AppEvidence): boolean {
  return firstCut(app) !== undefined && !protocolError(app)
}

// How many connections were open at the same time.
function mostOpen({ wire }: AppEvidence): number {
  let [open, most] = [0, 0]
  for (const { kind } of wire) {
    if (kind === 'open') open += 1
    if (kind === 'close') open -= 1
    most = Math.max(most, open)
  }
  return most
}
