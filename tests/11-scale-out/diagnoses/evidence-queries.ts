import {
  type AppEvidence,
  type CommandEvent,
  type Evidence,
  type Fact,
  type PushEvent,
  type WireEvent,
  commands,
  fieldsOf,
  firstCut,
  parseJsonObject,
  receivedMessages,
} from '../../../workshop/check/suite.ts'
import { mayRead } from '../../10-jwt-and-history/helpers/catching-up.ts'
import { duringRead } from '../helpers/reading.ts'
import { textOf } from '../../shared/failed-expectations.ts'
import { isSubscribe, isSubscription } from '../../shared/subscribing.ts'

/** Whether the app of a missing message was subscribed to a channel only when it had been sent. */
export function subscribedLate(evidence: Evidence): boolean {
  const { app, fact } = evidence
  if (fact.kind !== 'event-missing' || app === undefined || textOf(evidence) === '')
    return false
  // Two replies can pass their proxies in another order than Redis sent them.
  const sent = sendersOf(evidence).map(({ seq }) => seq)
  const confirmed = commands(app).filter(isSubscribe)
  return confirmed.some(({ replySeq }) => (replySeq ?? Infinity) > Math.min(...sent))
}

/** Whether an app subscribed to a channel that is named where the missing message was sent. */
export function subscribedToIt(evidence: Evidence): boolean {
  const { app } = evidence
  const channels = app ? commands(app).filter(isSubscribe) : []
  const named = new Set(sendersOf(evidence).flatMap(({ args }) => args))
  return channels.some(({ args }) => args.some((channel) => named.has(channel)))
}

// The commands in which the missing message was stored or published, by all apps.
function sendersOf(evidence: Evidence): CommandEvent[] {
  const text = textOf(evidence)
  return evidence.apps
    .flatMap((one) => commands(one))
    .filter(({ args }) => text !== '' && args.some((arg) => arg.includes(text)))
}

/** What Redis confirmed after the message was published: that message, and the subscription. */
export function lateSubscription(evidence: Evidence): CommandEvent[] {
  const { app } = evidence
  const published = sendersOf(evidence)
  const [first] = published
  const subscribed = app ? commands(app).filter(isSubscribe) : []
  const late = subscribed.find(({ replySeq = Infinity }) => first && replySeq > first.seq)
  return [...[late ?? subscribed.at(-1)].flatMap((one) => one ?? []), ...published.slice(0, 1)]
}

/** What was read before the message was published, the subscription, and that message. */
export function readEarly(evidence: Evidence): CommandEvent[] {
  const late = lateSubscription(evidence)
  const published = late.at(-1)?.seq ?? Infinity
  const { app } = evidence
  const read = app && commands(app).findLast((one) => isRead(one) && one.seq < published)
  return read ? [read, ...late] : late
}

/**
 * The live message that reached the device of the fact before what it had missed, and the read for it
 * that begins after this message: the id of the message is in it.
 */
export function readTooLate({ app, fact }: Evidence): WireEvent[] {
  if (!app || fact.kind !== 'event-missing' || !fact.others?.includes(duringRead)) return []
  for (const push of receivedMessages(app, duringRead)) {
    const { id, to } = fieldsOf(fieldsOf(parseJsonObject(push.args.at(-1) ?? ''))['args'])
    const late = commands(app).find(
      (one) => one.seq > push.seq && isRead(one) && holdsId(one, id),
    )
    if (late && fact.client?.startsWith(`${String(to)}'s `)) return [push, late]
  }
  return []
}

function holdsId({ args }: CommandEvent, id: unknown): boolean {
  return id !== undefined && args.some((arg) => arg.includes(String(id)))
}

function isRead(event: CommandEvent): boolean {
  return !event.handshake && mayRead(event)
}

/** The subscription by which a message crossed to an app that has no device for it, and that message. */
export function crossedBy({ app, fact }: Evidence) {
  if (!app) return []
  const push = lastCrossed(app, fact)
  const channel = push?.args.at(-2) ?? ''
  const subscribed = commands(app).findLast(
    (one) => isSubscribe(one) && one.args.includes(channel),
  )
  return push ? [subscribed, push] : []
}

/** The same, and before it the first message that was sent when the last device had left. */
export function leftBehind(evidence: Evidence) {
  const { app, fact } = evidence
  const series = fact.kind === 'message-crossed' ? fact.text.replace(/\d+$/, '') : undefined
  const first = app && series ? receivedMessages(app, series)[0] : undefined
  return [...crossedBy(evidence), first]
}

function lastCrossed(app: AppEvidence, fact: Fact): PushEvent | undefined {
  if (fact.kind === 'message-crossed') return receivedMessages(app, fact.text).at(-1)
  if (fact.kind !== 'subscription-kept') return undefined
  return receivedMessages(app).findLast(({ args }) => args.at(-2) === fact.channel)
}

/** Whether no command has ended the subscription by which a message crossed. */
export function isKept(evidence: Evidence): boolean {
  const [subscribed, push] = crossedBy(evidence)
  const { app } = evidence
  if (!app || !subscribed || !push) return false
  const channel = push.args.at(-2) ?? ''
  const ends = commands(app).filter((one) => isSubscription(one) && !isSubscribe(one))
  return !ends.some(({ seq, args }) => seq > subscribed.seq && args.includes(channel))
}

/**
 * The subscriptions of connections that an app opened after its first subscription, before it lost
 * Redis: one of each.
 */
export function onOwnConnections({ app }: Evidence): CommandEvent[] {
  const [first, ...later] = app ? commands(app).filter(isSubscribe) : []
  if (!app || !first) return []
  const until = firstCut(app)?.seq ?? Infinity
  const opened = app.wire
    .filter(({ kind, seq }) => kind === 'open' && first.seq < seq && seq < until)
    .map(({ connection }) => connection)
  return opened.flatMap((one) => later.find(({ connection }) => connection === one) ?? [])
}

/** When an app lost Redis, what was stored until it was subscribed again, and that subscription. */
export function duringOutage({ app, apps }: Evidence) {
  const cut = app && firstCut(app)
  if (!app || !cut) return []
  const back = commands(app).find((one) => isSubscribe(one) && one.seq > cut.seq)
  const until = back?.replySeq ?? Infinity
  const stored = apps
    .flatMap((one) => commands(one))
    .filter(
      ({ name, seq }) =>
        /^(FCALL|EVAL|EVALSHA|XADD)$/.test(name) && cut.seq < seq && seq < until,
    )
  return [cut, ...stored, back]
}

/** The command with which an app ends all subscriptions of a connection. */
export function unsubscribeAll({ app }: Evidence): CommandEvent | undefined {
  return app && commands(app, 'UNSUBSCRIBE').find(({ args }) => args.length === 0)
}
