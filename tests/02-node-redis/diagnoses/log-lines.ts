import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  type Fact,
  type TraceLine,
  type WireEvent,
  commands,
  firstCut,
  forApp,
  isAlmostPrinted,
  reconnected,
} from '../../../workshop/check/suite.ts'
import { firstLine, stillConnected } from '../../shared/redis-connection/evidence-queries.ts'

/** The connection breaks and comes back, and the log does not show it. */
export const logLines: Diagnosis[] = [
  {
    id: 's2-reconnected-too-early',
    likely:
      'You print "reconnected" at the first connection already. Only what was lost can be reconnected.',
    lookAt: "TODO(3): what the 'ready' listener remembers of the time before",
    requires: forApp((app) => {
      const line = firstLine(app, /\breconnected\b/i)
      return line !== undefined && line.seq < (firstCut(app)?.seq ?? 0)
    }),
  },
  {
    id: 's2-never-connected-taken-for-lost',
    likely: ({ fact }) =>
      `Redis was down when your program started, and you print "${fact.kind === 'output-unexpected' ? fact.text : ''}". A connection that never existed can neither be lost nor come back.`,
    lookAt:
      "what the listeners for 'error' and 'ready' remember: there are three states, never connected, ready, and lost",
    requires: ({ fact }) =>
      fact.kind === 'output-unexpected' && fact.expectation === 'first-connection',
  },
  {
    id: 's2-loss-taken-for-failure',
    likely: (evidence) =>
      `The connection broke${wasReported(evidence) ? ' again' : ''}, and your program printed the text of the error instead of "connection lost".`,
    lookAt: (evidence) =>
      wasReported(evidence)
        ? 'the condition for "connection lost": what it reads must be set back at every \'ready\''
        : "TODO(2): the event and the condition for \"connection lost\". The client emits 'error' when a connection breaks, and `client.isReady` is false by then: remember the state, from the first 'ready' on, in a listener that is added before `connect()`",
    requires: (evidence) => errorOfLoss(evidence) !== undefined,
    shows: lossAndReturn,
  },
  {
    id: 's2-logs-it-once',
    likely: 'You report the first loss of the connection and not the second one.',
    lookAt:
      "what is remembered after the first loss and what resets it; if you create another client, its 'error' listener",
    requires: forApp(
      (app, { fact }) => isMissing(fact, 'loss') && fact.seen > 0 && isConnectedAgain(app),
    ),
    shows: lossAndReturn,
    sameCauseAs: ['s2-loss-taken-for-failure'],
  },
  {
    id: 's2-loss-not-logged',
    likely: 'The connection broke, and you did not print "connection lost".',
    lookAt:
      "TODO(2): the event: 'error' comes when a connection breaks, 'end' only when the client is closed. When `once()` or `events.once()` has removed the only listener, later ones are never called: keep one with `on()`",
    requires: forApp(
      (app, evidence) =>
        isMissing(evidence.fact, 'loss') &&
        evidence.fact.seen === 0 &&
        isConnectedAgain(app) &&
        !isAlmostPrinted(app, evidence.fact.text),
    ),
    shows: lossAndReturn,
    sameCauseAs: ['s2-loss-taken-for-failure'],
  },
  {
    id: 's2-return-not-logged',
    likely: 'The connection came back, and you did not print "reconnected".',
    lookAt:
      "TODO(3): the event at which it is printed; 'ready' comes after every connect. A listener of `once()` receives the first alone, and an iterator of `events.on(client, …)` ends at the first 'error'",
    requires: forApp(
      (app, evidence) =>
        isMissing(evidence.fact, 'return') &&
        isConnectedAgain(app) &&
        stillConnected(app) &&
        !isAlmostPrinted(app, evidence.fact.text),
    ),
    shows: lossAndReturn,
  },
]

// The connections that the check has closed, and those that the program opened after that.
function lossAndReturn({ app }: Evidence): WireEvent[] {
  const since = (app && firstCut(app)?.seq) ?? Infinity
  return (app?.wire ?? []).filter(
    ({ kind, seq }) => seq >= since && (kind === 'close' || kind === 'open'),
  )
}

// The error of a connection that was cut, as it printed it, when the line about the loss is missing.
function errorOfLoss({ app, fact }: Evidence): TraceLine | undefined {
  if (!app || !isMissing(fact, 'loss') || !isConnectedAgain(app)) return undefined
  const used = new Set(
    commands(app)
      .filter(({ reply }) => reply !== undefined)
      .map(({ connection }) => connection),
  )
  const cuts = app.wire.filter((event) => event.kind === 'close' && event.by === 'proxy')
  const loss = cuts.findLast(({ connection }) => used.has(connection))
  // The next one is a connection that the check accepted and closed: an attempt that failed.
  const end = cuts.find(({ seq }) => seq > (loss?.seq ?? 0))?.seq ?? Infinity
  return app.lines.find(
    ({ text, seq }) =>
      loss && seq > loss.seq && seq < end && /Socket closed unexpectedly/.test(text),
  )
}

function wasReported({ fact }: Evidence): boolean {
  return fact.kind === 'output-missing' && fact.seen > 0
}

function isMissing(
  fact: Fact,
  expectation: 'loss' | 'return',
): fact is Extract<Fact, { kind: 'output-missing' }> {
  return fact.kind === 'output-missing' && fact.expectation === expectation
}

function isConnectedAgain(app: AppEvidence): boolean {
  return reconnected(app) && !app.exit
}
