import {
  type AppEvidence,
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  RespError,
  type WireEvent,
  commands,
  crashed,
  stderrMatches,
  uncaughtError,
} from '../../workshop/check/suite.ts'
import { failed, textOf } from '../shared/failed-expectations.ts'
import { shardedSubscriptions, unauthenticatedCommands } from './helpers/cluster.ts'

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
      apps.some((app) => refused(app, /^MOVED /) && commands(app, 'CLUSTER').length === 0),
  },
  {
    id: 's12-no-hash-tag',
    likely:
      'One command or script needs keys or channels of different slots. A hash tag, the part of a name in braces, gives names that belong together one slot.',
    lookAt: `${tags}; one hash tag for each user, and one script for each inbox`,
    requires: ({ apps }) => apps.some((app) => refused(app, /^CROSSSLOT|non local key/)),
  },
  {
    id: 's12-one-tag',
    likely:
      'All users share one hash tag, so one primary stores and publishes everything, and the others do nothing.',
    lookAt: `${tags}; the name of the user belongs in the braces`,
    requires: ({ fact }) => fact.kind === 'one-node',
  },
  {
    id: 's12-reads-from-replica',
    likely:
      'You read from a replica, which gets each message a moment after its primary: a device can miss what was acknowledged.',
    lookAt: `${client}; \`useReplicas\` among the options of createCluster()`,
    requires: ({ fact, apps }) =>
      fact.kind === 'nodes-crossed' && apps.some((app) => commands(app, 'READONLY').length > 0),
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
      failed('sharded')(evidence) &&
      evidence.app !== undefined &&
      commands(evidence.app, 'SUBSCRIBE').length > 0,
  },
  {
    id: 's12-one-root',
    likely:
      'You do not try all nodes of REDIS_URL: one that is up is among them. While the others are down, no instance can start, although the rest of the cluster works.',
    lookAt: `${client}; rootNodes takes all of them`,
    requires: ({ app }) =>
      app !== undefined && stderrMatches(app, /root node/i) && leavesOutLiveNode(app),
  },
  {
    id: 's12-no-credentials',
    likely:
      'You connect to a node without the credentials of REDIS_URL. createCluster() uses `rootNodes` to find the nodes, and connects to them with what is in `defaults`. A node that requires a password refuses each command of such a connection.',
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
    lookAt: `${channels}; sUnsubscribe() with the client and the channel of sSubscribe()`,
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
      'You disconnect devices when a node is down. They cannot do anything about it, and it is over in seconds.',
    lookAt: 'TODO(4) in catch-up.ts; the catch',
    requires: failed('stays'),
  },
  {
    id: 's12-not-caught',
    likely: (evidence) =>
      `While a slot moves or a node is down, commands can fail. No code caught that of one: "${errorOf(evidence)?.message}" ended ${evidence.app?.name}.`,
    lookAt: (evidence) =>
      `TODO(4) and TODO(5) in catch-up.ts, and every other call without a catch${placeOf(evidence)}`,
    requires: (evidence) =>
      failed('unharmed')(evidence) &&
      errorOf(evidence) !== undefined &&
      !(evidence.app && isUnhandledEvent(evidence.app)),
  },
  {
    id: 's12-read-never-again',
    likely: ({ app }) =>
      `Since the node was killed ${app?.name} has not read the inbox of its device, while the other instance goes on reading. A read that fails must not be the last one.`,
    lookAt:
      'TODO(4) in catch-up.ts; a mark that a read is on its way is reset in `finally`, also after an error',
    shows: lastRead,
    requires: (evidence) => stopsReading(evidence) && readsRegularly(evidence),
  },
  {
    id: 's12-nothing-read',
    likely:
      'What was published while the subscription moved reached no subscriber. It is in the inbox, and its instance has not read that since it is subscribed again.',
    lookAt:
      'TODO(5) in catch-up.ts; catchUpRegularly(), once a second and not only once, and for the devices that are here then: socketsState.all() belongs in the timer',
    shows: lastRead,
    requires: (evidence) => stopsReading(evidence) && !readsRegularly(evidence),
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
    id: 's12-one-read-for-all',
    likely: (evidence) =>
      `A device of ${userOf(evidence)} is connected, and ${evidence.app?.name} sends no command for that user. For another user it sends the same again and again: \`${textOfCommand(repeated(evidence)[0])}\`.`,
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
    requires: ({ fact }) => fact.kind === 'event-repeated',
  },
]

/** Whether an error without a listener ended an app, as Node reports it. */
function isUnhandledEvent(app: AppEvidence): boolean {
  return stderrMatches(app, /Unhandled 'error' event/)
}

/** Whether Redis has refused a command of an app like this. */
function refused(app: AppEvidence, message: RegExp): boolean {
  return commands(app).some(
    ({ reply }) => reply instanceof RespError && message.test(reply.message),
  )
}

/** Whether an app has connected to a node without its proxy. */
function bypassesProxies({ connectAttempts, env }: Evidence['apps'][number]): boolean {
  const announced = (env['REDIS_ADDRESS_MAP'] ?? '').split(',')
  const ports = new Set(announced.map((pair) => Number(/:(\d+)=/.exec(pair)?.[1])))
  return connectAttempts.some(({ port }) => ports.has(Number(port)))
}

/** Whether an app has tried nodes of REDIS_URL, and not the one among them that is up. */
function leavesOutLiveNode({ connectAttempts, env, redis }: AppEvidence): boolean {
  const listed = [...(env['REDIS_URL'] ?? '').matchAll(/:(\d+)/g)].map(([, port]) =>
    Number(port),
  )
  const isLive = (port: number) => redis.ports?.includes(port) ?? false
  const tried = connectAttempts.map(({ port }) => Number(port))
  return (
    listed.some(isLive) && tried.some((port) => listed.includes(port)) && !tried.some(isLive)
  )
}

function errorOf({ app }: Evidence) {
  return app && uncaughtError(app)
}

// Where the error came from: where it was thrown, and who called that.
function placeOf(evidence: Evidence): string {
  const { frame, caller } = errorOf(evidence) ?? {}
  return caller ? `: ${caller}, which called ${frame}` : frame ? `: ${frame}` : ''
}

/**
 * Whether a message is missing that was published while the subscription moved, and the receiver's
 * instance has sent no command for its devices since it is subscribed again.
 */
function stopsReading({ fact, app }: Evidence): boolean {
  if (fact.kind !== 'event-missing' || !app) return false
  if (!/^(meanwhile|after-the-kill)$/.test(fact.expectation ?? '')) return false
  return ownCommands(app, shardedSubscriptions(app).at(-1)).length === 0
}

/**
 * Whether another instance has sent the same command three times since an announcement reached it,
 * and not to store the message.
 */
function readsRegularly(evidence: Evidence): boolean {
  const text = textOf(evidence)
  return evidence.apps.some((one) => {
    if (one === evidence.app) return false
    const announced = one.wire.findLast(({ kind }) => kind === 'push')
    const sent = ownCommands(one, announced).map(textOfCommand)
    const reads = sent.filter((command) => !command.includes(text))
    return reads.some((read) => reads.filter((same) => same === read).length > 2)
  })
}

// The user of the device that the failure is about.
function userOf({ fact }: Evidence): string {
  return fact.client?.split("'")[0] ?? ''
}

// The last command of its instance, each time that it was sent, when it has sent none for this user.
function repeated(evidence: Evidence): CommandEvent[] {
  const { app } = evidence
  const isForUser = (event: CommandEvent) => textOfCommand(event).includes(userOf(evidence))
  if (!app || commands(app).some(isForUser)) return []
  const sent = ownCommands(app, { seq: 0 })
  return sent.filter((event) => textOfCommand(event) === textOfCommand(sent.at(-1)))
}

function textOfCommand(event: CommandEvent | undefined): string {
  return event ? [event.name, ...event.args].join(' ') : ''
}

// The first connection on which it sent no credentials, and the first command there.
function unauthenticated({ app }: Evidence) {
  const [command] = app ? unauthenticatedCommands(app) : []
  const isOpening = ({ kind, connection }: WireEvent) =>
    kind === 'open' && connection === command?.connection
  return [app?.wire.find(isOpening), command]
}

// The last read of the receiver's instance, and its last subscription, which no read follows.
function lastRead({ app }: Evidence) {
  return app ? [ownCommands(app, { seq: 0 }).at(-1), shardedSubscriptions(app).at(-1)] : []
}

// What is neither about the cluster nor about subscriptions.
function ownCommands(app: AppEvidence, after: { seq: number } | undefined): CommandEvent[] {
  const since = after?.seq ?? Infinity
  return commands(app).filter(
    ({ name, seq, handshake }) =>
      seq > since && !handshake && !/SUBSCRIBE|^(CLUSTER|PING|READONLY)$/.test(name),
  )
}
