import {
  type Diagnosis,
  commands,
  crashed,
  stderrMatches,
  uncaughtError,
} from '../../workshop/check/suite.ts'
import {
  isUnhandledEvent,
  refused,
  acrossSlots,
  needsOf,
  bypassesProxies,
  leavesOutLiveNode,
  triedNodes,
  errorOf,
  placeOf,
  missesMoved,
  stopsReading,
  regularReads,
  userOf,
  repeated,
  unauthenticated,
  lastRead,
  readsAtOnce,
} from './diagnoses/evidence-queries.ts'
import { failed } from '../shared/failed-expectations.ts'
import { ownCommands, shardedSubscriptions, textOfCommand } from './helpers/cluster.ts'

const client = 'TODO(1) in redis-client.ts'
const tags = 'TODO(2) in history.ts and subscriptions.ts'
const channels = 'TODO(3) in subscriptions.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [
  {
    id: 's12-no-address-map',
    likely:
      'You connect to the nodes at the addresses that they announce, and not at those of nodeAddressMap(). In another network they would not be reached at all.',
    lookAt: `${client}; pass nodeAddressMap to createCluster()`,
    requires: ({ apps }) => apps.some(bypassesProxies),
  },
  {
    id: 's12-one-node-client',
    likely:
      'You use createClient(): it knows one node, and a node answers MOVED for slots that it does not have.',
    lookAt: `${client}; createCluster()`,
    requires: ({ apps }) =>
      apps.some(
        (app) => refused(app, /^MOVED /) !== undefined && commands(app, 'CLUSTER').length === 0,
      ),
  },
  {
    id: 's12-no-hash-tag',
    likely: (evidence) =>
      `${needsOf(evidence)}. A hash tag, the part of a name in braces, gives names that belong together one slot.`,
    lookAt: `${tags}: the user, and nothing else, in the braces of both names; and one script for each inbox`,
    shows: (evidence) => [acrossSlots(evidence)],
    requires: (evidence) => acrossSlots(evidence) !== undefined,
  },
  {
    id: 's12-one-tag',
    likely:
      'All users share one hash tag, so one primary stores and publishes everything, and the others do nothing.',
    lookAt: `${tags}; the name of the user belongs in the braces`,
    requires: ({ fact }) => fact.kind === 'one-node',
  },
  {
    id: 's12-classic-publish',
    likely:
      'You publish with PUBLISH. In a cluster each node passes it on to all other nodes, since a subscriber can be at any of them.',
    lookAt: `${channels}, dispatch.ts and store-script.ts; SPUBLISH and SSUBSCRIBE`,
    requires: ({ fact }) => fact.kind === 'bus-broadcast',
  },
  {
    id: 's12-classic-subscribe',
    likely:
      'You subscribe with SUBSCRIBE. What is published with SPUBLISH reaches sharded subscriptions only.',
    lookAt: `${channels}; sSubscribe() and sUnsubscribe()`,
    requires: (evidence) =>
      (failed('sharded')(evidence) || evidence.fact.kind === 'event-missing') &&
      evidence.app !== undefined &&
      commands(evidence.app, 'SUBSCRIBE').length > 0,
    shows: ({ app }) => (app ? commands(app, 'SUBSCRIBE').slice(0, 2) : []),
  },
  {
    id: 's12-never-subscribes',
    likely: ({ app }) => `A device is connected, and ${app?.name} sends no SSUBSCRIBE.`,
    lookAt: `${channels}: is sSubscribe() called for a user who has a device here?`,
    requires: ({ fact, app }) =>
      fact.kind === 'command-missing' &&
      fact.command === 'SSUBSCRIBE' &&
      app !== undefined &&
      commands(app).every(({ name }) => !/^[PS]?SUBSCRIBE$/.test(name)),
  },
  {
    id: 's12-one-root',
    likely: ({ app }) =>
      `Of the nodes that REDIS_URL names you connect only to ${app && triedNodes(app).join(' and ')}, which is down. So the instance does not start, although another one is up.`,
    lookAt: `${client}; rootNodes takes all of them`,
    requires: ({ app }) =>
      app !== undefined && stderrMatches(app, /root node/i) && leavesOutLiveNode(app),
  },
  {
    id: 's12-no-credentials',
    likely:
      'You connect to a node without the credentials of REDIS_URL. createCluster() uses `rootNodes` to find the nodes, and connects to them with what is in `defaults`. In production a node requires a password, and refuses each command of such a connection.',
    lookAt: `${client}; the credentials that rootNodes() returns belong in \`defaults\``,
    shows: unauthenticated,
    requires: ({ fact }) => fact.kind === 'unauthenticated',
  },
  {
    id: 's12-still-subscribed',
    likely: ({ fact }) =>
      fact.kind === 'subscription-kept' && fact.instead
        ? `You send SUNSUBSCRIBE with "${fact.instead.args.join(' ')}", and the instance is subscribed to "${fact.channel}".`
        : 'No SUNSUBSCRIBE is sent when the last device of a user has left.',
    lookAt: `${channels}; unsubscribe() ends no sharded subscription: sUnsubscribe() does, with the channel and the function that sSubscribe() got`,
    shows: ({ app, fact }) => {
      if (!app || fact.kind !== 'subscription-kept') return []
      const { channel, instead } = fact
      return shardedSubscriptions(app)
        .filter(({ args }) => args.includes(channel))
        .slice(-1)
        .concat(commands(app).filter(({ seq }) => seq === instead?.seq))
    },
    requires: ({ fact }) =>
      fact.kind === 'subscription-kept' &&
      (!fact.instead || !fact.instead.args.includes(fact.channel)),
  },
  {
    id: 's12-no-error-listener',
    likely:
      'The cluster has no listener for `error`. The first node that cannot be reached ends the program.',
    lookAt: `${client}; client.on('error', …)`,
    requires: ({ app, fact }) =>
      app?.exit !== undefined &&
      app.exit.code !== 0 &&
      (isUnhandledEvent(app) ||
        (fact.kind !== 'exit-unexpected' && stderrMatches(app, /ECONNREFUSED/))),
  },
  {
    id: 's12-dead-node-ends',
    likely:
      "One node of REDIS_URL is down, and your program ends itself. The client tries the other nodes; a listener of 'error' or 'node-error' only reports.",
    lookAt: `${client}; the two listeners, and what they call: none of that ends the process`,
    requires: ({ app }) =>
      app !== undefined &&
      crashed(app) &&
      uncaughtError(app) === undefined &&
      !stderrMatches(app, /root node|ECONNREFUSED/i) &&
      leavesOutLiveNode(app),
  },
  {
    id: 's12-client-closed',
    likely:
      'Your program prints "The client is closed": the client of a node that was lost does not connect again, and the cluster client keeps it.',
    lookAt: `${client}; \`reconnectStrategy\` is a pause in milliseconds, or a function that returns one: false ends all attempts`,
    requires: ({ app, fact }) =>
      fact.expectation === 'acknowledged-again' &&
      app !== undefined &&
      stderrMatches(app, /The client is closed/),
  },
  {
    id: 's12-not-resubscribed',
    likely:
      'The instance does not subscribe again when its channel has a new primary. Only the cluster client itself moves its subscriptions.',
    lookAt: `${channels}; call sSubscribe() of the client that createCluster() returned`,
    requires: failed('again'),
  },
  {
    id: 's12-devices-disconnected',
    likely:
      'You disconnect devices when a node is down. A device that connects again finds that node down, too, and within seconds a replica takes its place.',
    lookAt: 'TODO(4) in catch-up.ts; the catch',
    requires: failed('stays'),
  },
  {
    id: 's12-not-caught',
    likely: (evidence) =>
      `While a slot moves or a node is down, commands can fail. No code caught that of one: "${errorOf(evidence)?.message}" ended ${errorOf(evidence)?.app}.`,
    lookAt: (evidence) =>
      `TODO(4) and TODO(5) in catch-up.ts, and every other call without a catch${placeOf(evidence)}`,
    requires: (evidence) =>
      (failed('unharmed')(evidence) || missesMoved(evidence.fact)) &&
      errorOf(evidence) !== undefined,
  },
  {
    id: 's12-read-never-again',
    likely: ({ app }) =>
      `Since the node was killed ${app?.name} has not read the inbox of its device, while the other instance goes on reading. A read that fails must not be the last one.`,
    lookAt:
      'TODO(4) in catch-up.ts; a mark that a read is on its way is reset in `finally`, also after an error',
    shows: (evidence) => [...lastRead(evidence), ...regularReads(evidence).slice(-1)],
    requires: (evidence) => stopsReading(evidence) && regularReads(evidence).length > 0,
  },
  {
    id: 's12-nothing-read',
    likely:
      'What was published while the subscription moved reached no subscriber. It is in the inbox, and its instance has not read that since it is subscribed again.',
    lookAt:
      'TODO(5) in catch-up.ts; catchUpRegularly(): catchUp() for each device, once a second and not only once, and for the devices that are here then: socketsState.all() belongs in the timer',
    shows: lastRead,
    requires: (evidence) => stopsReading(evidence) && regularReads(evidence).length === 0,
  },
  {
    id: 's12-announcement-not-read',
    likely: ({ app }) =>
      `${app?.name} receives the announcement that a message was stored, and sends no command that reads it. The device got what was in the inbox when it connected, and gets nothing later.`,
    lookAt: 'TODO(4) in catch-up.ts: catchUp() reads each time that it is called',
    shows: ({ app }) => [app?.wire.findLast(({ kind }) => kind === 'push')],
    requires: ({ fact, app }) =>
      fact.kind === 'event-missing' &&
      fact.expectation === 'delivered' &&
      fact.connected &&
      app !== undefined &&
      app.wire.some(({ kind }) => kind === 'push') &&
      ownCommands(
        app,
        app.wire.findLast(({ kind }) => kind === 'push'),
      ).length === 0,
  },
  {
    id: 's12-nothing-ever-read',
    likely: ({ app }) =>
      `A device is connected, and ${app?.name} has sent no command that reads an inbox: catchUp() is not called, or ends before it reads.`,
    lookAt:
      'TODO(4) in catch-up.ts: what returns before the read, the `if` about a read that is on its way, for example; or what fails before it, and a `catch` hides: print the error that it catches',
    requires: ({ fact, app }) =>
      fact.kind === 'event-missing' &&
      fact.expectation === 'online' &&
      fact.connected &&
      app !== undefined &&
      ownCommands(app, { seq: 0 }).length === 0,
  },
  {
    id: 's12-one-read-for-user',
    likely: ({ fact }) =>
      `Another device of the same user, connected to the same instance, has received the message, and ${fact.client} has not.`,
    lookAt:
      'TODO(4) in catch-up.ts: the mark that a read is on its way, and the last id, belong to each device, in socket.data; and whether an announcement lets all devices of the user catch up',
    requires: failed('second-device'),
  },
  {
    id: 's12-reads-without-end',
    likely: 'A loop reads the inbox again and again, although nothing is announced.',
    lookAt:
      'TODO(4) in catch-up.ts: what a loop waits for; the mark that there is something new is reset before each read. In TODO(5), the milliseconds of setInterval()',
    requires: ({ fact }) => fact.kind === 'command-storm',
  },
  {
    id: 's12-one-read-for-all',
    likely: (evidence) =>
      `A device of ${userOf(evidence)} is connected, and ${evidence.app?.name} sends no command for that user. For another user it sends the same again and again: \`${textOfCommand(repeated(evidence)[0])}\`. It looks as if one read at a time runs for all devices together.`,
    lookAt:
      'TODO(4) in catch-up.ts; the mark that a read is on its way belongs to each device, in socket.data',
    shows: (evidence) => repeated(evidence).slice(-3),
    requires: (evidence) =>
      failed('online')(evidence) &&
      evidence.fact.kind === 'event-missing' &&
      evidence.fact.connected &&
      repeated(evidence).length > 2,
  },
  {
    id: 's12-reads-at-once',
    likely:
      'Two reads of an inbox run at once. Both begin after the same message, so what they find is sent twice.',
    lookAt: 'TODO(4) in catch-up.ts; one read at a time for each device',
    shows: (evidence) => readsAtOnce(evidence).slice(0, 3),
    requires: (evidence) =>
      evidence.fact.kind === 'event-repeated' && readsAtOnce(evidence).length > 1,
  },
]
