import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  type WireEvent,
  closedConnections,
  forApp,
  openedConnections,
  published,
  stderrMatches,
  stdoutMatches,
  subscriptions,
} from '../../../workshop/check/suite.ts'
import { subscribedConnections } from '../../shared/announcement-queries.ts'

/** Wrong ways to open, share and close the two connections. */
export const connections: Diagnosis[] = [
  {
    id: 's3-connect-twice',
    likely:
      'You call connect() on a client that is already connected or connecting. Once is enough: the client reconnects by itself.',
    lookAt: 'every `connect()`: which client, and how often does this line run?',
    requires: forApp((app) => stderrMatches(app, /Socket already opened/)),
  },
  {
    id: 's3-never-connect',
    likely: 'You never call connect(). createClient() makes a client and opens nothing.',
    lookAt: 'the lines between making the clients and using them',
    requires: forApp(
      (app) =>
        openedConnections(app).length === 0 && stderrMatches(app, /The client is closed/),
    ),
  },
  {
    id: 's3-closed-too-early',
    likely: ({ app }) =>
      app && unsubscribes(app)
        ? 'Your program ends its subscription too early: it must last until the program ends.'
        : 'Your program closes a connection that it still needs. Both connections stay open until the program ends.',
    lookAt: ({ app }) =>
      app && unsubscribes(app)
        ? '`unsubscribe()`: when does it run?'
        : '`close()`, `quit()` and `destroy()`: when do they run?',
    requires: forApp(closesOrUnsubscribes),
    shows: ({ app }) =>
      app?.wire.filter(
        (event) => isUnsubscription(event) || (event.kind === 'close' && event.by === 'client'),
      ) ?? [],
  },
  {
    id: 's3-publisher-not-connected',
    likely: 'You never connect the client that publishes.',
    lookAt: '`connect()`: does each of the two clients have its own?',
    requires: forApp(
      (app) =>
        subscriptions(app).length > 0 &&
        closedConnections(app).length === 0 &&
        stderrMatches(app, /The client is closed/),
    ),
  },
  {
    id: 's3-one-client-for-both',
    likely:
      'You subscribe and publish on one connection. With RESP3 that happens to work; with RESP2 Redis refuses PUBLISH on a connection that is subscribed.',
    lookAt: 'how many clients there are: a subscription needs one of its own',
    requires: forApp(
      (app) => publishesOnSubscriber(app) && openedConnections(app).length === 1,
    ),
  },
  {
    id: 's3-publishes-on-subscriber',
    likely: 'You have two connections, and publish on the one that is subscribed.',
    lookAt:
      'the client that subscribes, and the one that you hand to `announce()`: two clients',
    requires: forApp(
      (app) =>
        publishesOnSubscriber(app) &&
        openedConnections(app).length > 1 &&
        subscribedConnections(app) === 1,
    ),
    shows: ({ app }) => [
      ...(app?.wire.filter(({ kind }) => kind === 'open') ?? []),
      ...(app ? [...subscriptions(app), ...published(app)] : []),
    ],
  },
  {
    id: 's3-subscriber-not-connected',
    uncertain: true,
    likely:
      'One connection is open, and no command was sent on it. If your second client was never connected, its subscribe() waits forever: each client needs its own connect().',
    lookAt: 'the client that subscribes: where is it connected?',
    requires: forApp(
      (app) => openedConnections(app).length === 1 && sentNothing(app) && !app.exit,
    ),
  },
]

function publishesOnSubscriber(app: AppEvidence): boolean {
  return published(app).some((publish) =>
    subscriptions(app).some(
      ({ connection, seq }) => connection === publish.connection && seq < publish.seq,
    ),
  )
}

function sentNothing(app: AppEvidence): boolean {
  return (
    published(app).length === 0 && subscriptions(app).length === 0 && !stdoutMatches(app, /./)
  )
}

function unsubscribes({ wire }: AppEvidence): boolean {
  return wire.some(isUnsubscription)
}

function isUnsubscription(event: WireEvent): boolean {
  return event.kind === 'command' && /^P?UNSUBSCRIBE$/.test(event.name)
}

function closesOrUnsubscribes(app: AppEvidence, { fact }: Evidence): boolean {
  if (unsubscribes(app)) return true
  const subscribers = new Set(subscriptions(app).map(({ connection }) => connection))
  const closed = closedConnections(app)
  if (closed.some((connection) => subscribers.has(connection))) return !app.exit
  const missed = stderrMatches(app, /The client is closed/)
  return closed.length > 0 && (missed || fact.kind === 'connection-missing')
}
