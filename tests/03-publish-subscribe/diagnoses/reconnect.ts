import {
  type AppEvidence,
  type Diagnosis,
  type WireEvent,
  firstCut,
  forApp,
  published,
  reconnected,
  stderrMatches,
} from '../../../workshop/check/suite.ts'

/** What a broken connection brings to light. */
export const reconnect: Diagnosis[] = [
  {
    id: 's2-duplicate-without-error-listener',
    likely:
      "One connection survives a cut, the other ends the program. duplicate() copies options and no listeners: each client needs its own 'error' listener.",
    lookAt: "the client made by `duplicate()`, or without `on('error')`",
    requires: forApp((app, { apps }) => endsUnhandled(app) && apps.some(reconnected)),
  },
  {
    id: 's3-no-error-listener',
    likely:
      "No client has an 'error' listener, so Node ends the program when a connection breaks.",
    lookAt: "`on('error', …)`: on every client, before `connect()`",
    requires: forApp((app, { apps }) => endsUnhandled(app) && !apps.some(reconnected)),
  },
  {
    id: 's3-error-handler-throws',
    likely:
      "Your 'error' listener throws, and nothing can catch that: the program ends as if there were no listener.",
    lookAt: "what the listener for 'error' does; logging is enough",
    requires: forApp(
      (app) =>
        endsAfterCut(app) &&
        !endsUnhandled(app) &&
        stderrMatches(app, /^Node\.js v/) &&
        !stderrMatches(app, /Socket already opened/),
    ),
  },
  {
    id: 's3-exit-on-error',
    likely:
      'Your program ends itself when a connection breaks. The client would have reconnected a moment later.',
    lookAt: "`process.exit()` or `close()` in the listeners for 'error' and 'end'",
    requires: forApp((app) => endsAfterCut(app) && !stderrMatches(app, /^Node\.js v/)),
  },
  {
    id: 's3-reconnect-disabled',
    likely: ({ app, fact }) =>
      app && reconnected(app) && fact.kind === 'connection-lost'
        ? `Connection ${fact.connection} was cut, and its client does not open it again. The other client did.`
        : 'Your program does not open the connection again that was cut.',
    lookAt:
      "the client of that connection: `reconnectStrategy` among its options, and what its listeners for 'error' and 'end' do",
    requires: forApp(
      (app, { fact }) =>
        firstCut(app) !== undefined &&
        (!reconnected(app) || fact.kind === 'connection-lost') &&
        app.exit === undefined,
    ),
    shows: ({ app }) => app?.wire.filter((event) => isCutOrReturn(app, event)) ?? [],
  },
  {
    id: 's3-reconnects-without-subscribing',
    likely:
      'A connection was opened after the cut, and it is not subscribed. A client subscribes again by itself; a new client in its place does not.',
    lookAt: 'what happens after a cut: is it the same client that reconnects?',
    requires: forApp(
      (app, { fact }) => fact.kind === 'subscription-missing' && fact.again && reconnected(app),
    ),
  },
  {
    id: 's3-announces-at-reconnect',
    likely:
      'You publish `started` again when a connection is back, and the other instances print that this one has started. It has not: only its connection was cut.',
    lookAt: "what the listeners for 'connect' and 'ready' do; a client emits both again",
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'command-repeated' &&
        fact.command === 'PUBLISH' &&
        reconnected(app) &&
        published(app).filter(({ seq }) => seq < (firstCut(app)?.seq ?? 0)).length < 2,
    ),
  },
]

function isCutOrReturn(app: AppEvidence, event: WireEvent): boolean {
  if (event.kind === 'close') return event.by === 'proxy'
  return event.kind === 'open' && event.seq > (firstCut(app)?.seq ?? Infinity)
}

function endsAfterCut(app: AppEvidence): boolean {
  return firstCut(app) !== undefined && app.exit !== undefined
}

function endsUnhandled(app: AppEvidence): boolean {
  return endsAfterCut(app) && stderrMatches(app, /Unhandled 'error' event/)
}
