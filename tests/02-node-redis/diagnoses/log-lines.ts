import {
  type AppEvidence,
  type Diagnosis,
  type Fact,
  firstCut,
  forApp,
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
    id: 's2-logs-it-once',
    likely: 'You report the first loss of the connection and not the second one.',
    lookAt:
      "what is remembered after the first loss and what resets it; if you create another client, its 'error' listener",
    requires: forApp(
      (app, { fact }) => isMissing(fact, 'loss') && fact.seen > 0 && isConnectedAgain(app),
    ),
  },
  {
    id: 's2-loss-not-logged',
    likely: 'The connection broke, and you did not print "connection lost".',
    lookAt: "TODO(2): the event at which it is printed; 'error' comes when a connection breaks",
    requires: forApp(
      (app, { fact }) => isMissing(fact, 'loss') && fact.seen === 0 && isConnectedAgain(app),
    ),
  },
  {
    id: 's2-return-not-logged',
    likely: 'The connection came back, and you did not print "reconnected".',
    lookAt: "TODO(3): the event at which it is printed; 'ready' comes after every connect",
    requires: forApp(
      (app, { fact }) =>
        isMissing(fact, 'return') && isConnectedAgain(app) && stillConnected(app),
    ),
  },
]

function isMissing(
  fact: Fact,
  expectation: 'loss' | 'return',
): fact is Extract<Fact, { kind: 'output-missing' }> {
  return fact.kind === 'output-missing' && fact.expectation === expectation
}

function isConnectedAgain(app: AppEvidence): boolean {
  return reconnected(app) && !app.exit
}
