import {
  type AppEvidence,
  type Diagnosis,
  firstAfter,
  firstCut,
  forApp,
} from '../../../workshop/check/suite.ts'
import { subscriptionsOf } from '../helpers/channel.ts'
import { allRun, crashedWith, missed, wasOffline } from './evidence-queries.ts'

const unhandled = /Unhandled 'error' event|on RedisClient/

/** What goes wrong around the messages? */
export const errors: Diagnosis[] = [
  {
    id: 's8-never-open',
    likely:
      'Your program runs and does not listen on its port: it waits for something that does not happen, or does not call `listen()`.',
    lookAt: 'everything that is awaited before `listen()`',
    requires: forApp(
      ({ exit, listening, wire, connectAttempts, redis }, { fact }) =>
        fact.kind === 'port-missing' &&
        !exit &&
        listening.length === 0 &&
        wire.length > 0 &&
        connectAttempts.every(({ port }) => port === redis.port),
    ),
  },
  {
    id: 's8-unknown-token-accepted',
    likely: 'You accept a device without a valid token.',
    lookAt: 'what happens to a handshake with an unknown token',
    requires: ({ fact }) =>
      fact.kind === 'socket-accepted' && fact.expectation !== 'subscribed-first',
  },
  {
    id: 's8-no-error-handler',
    likely: "A client has no 'error' listener. When Redis goes offline, Node ends the program.",
    lookAt: "where the bus is created: `bus.on('error', …)` covers both of its clients",
    requires: (evidence) => crashedWith(evidence, unhandled),
  },
  {
    id: 's8-ends-on-error',
    likely:
      'Your program ends itself when Redis goes offline. The clients reconnect by themselves.',
    lookAt: "the 'error' listener",
    requires: (evidence) =>
      wasOffline(evidence) && !allRun(evidence) && !crashedWith(evidence, unhandled),
  },
  {
    id: 's8-gives-up',
    likely:
      'Your program runs without Redis and does not reconnect, or does not subscribe again, so messages are lost.',
    lookAt: 'the options of the bus, such as `retry_strategy`, and what is closed on errors',
    requires: (evidence) =>
      wasOffline(evidence) &&
      allRun(evidence) &&
      (evidence.fact.kind === 'connection-lost' ||
        missed(evidence, 'after-redis') !== undefined) &&
      evidence.apps.some(staysUnsubscribed),
  },
  {
    id: 's8-never-ends',
    likely:
      'After SIGTERM something keeps your program running: the bus, open sockets, or a shutdown without a limit.',
    lookAt: 'everything that is open at the shutdown: what closes it?',
    requires: ({ fact }) => fact.kind === 'exit-missing',
  },
  {
    id: 's8-shutdown-fails',
    likely: 'Your shutdown fails with an error: it uses something that is already closed.',
    lookAt: 'the order in which things are closed',
    requires: ({ fact }) => fact.kind === 'exit-wrong' && fact.code !== 0,
  },
  {
    id: 's8-no-shutdown',
    likely:
      'Your program has no SIGTERM listener: the system ends it at once, and its last events are lost.',
    lookAt: '`onSigterm()`, and whether it is called',
    requires: forApp(
      ({ signalHandlers }, { fact }) =>
        fact.expectation === 'last-events' && !signalHandlers.includes('SIGTERM'),
    ),
  },
  {
    id: 's8-bus-closed-first',
    likely:
      'What the sockets dispatch when they close is lost: the bus is closed, or the process ends, before it is sent.',
    lookAt:
      'the order in `stop()`: the sockets, the server, and the bus last; and whether `dispatch()` sends at once',
    requires: forApp(
      ({ signalHandlers }, { fact }) =>
        fact.expectation === 'last-events' && signalHandlers.includes('SIGTERM'),
    ),
  },
]

function staysUnsubscribed(app: AppEvidence): boolean {
  const cut = firstCut(app)
  if (!cut) return false
  const again = subscriptionsOf(app).some(({ seq }) => seq > cut.seq)
  return !again || firstAfter(app, cut.seq, ({ kind }) => kind === 'open') === undefined
}
