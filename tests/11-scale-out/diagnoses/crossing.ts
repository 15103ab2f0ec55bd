import {
  type AppEvidence,
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  commands,
  receivedMessages,
} from '../../../workshop/check/suite.ts'
import { failed } from '../../shared/failed-expectations.ts'
import {
  crossedBy,
  isKept,
  leftBehind,
  subscribedLate,
  subscribedToIt,
} from './evidence-queries.ts'
import { isSubscribe, isSubscription } from '../../shared/subscribing.ts'

const own = 'TODO(1) in subscriptions.ts'
const refresh = 'TODO(2) in subscriptions.ts: refresh()'

/** What can be wrong when a message reaches too many instances, or none. */
export const crossing: Diagnosis[] = [
  {
    id: 's11-broadcast',
    likely:
      'All users share one channel. Redis sends each message to every instance that is subscribed to it, and each of them has to read it.',
    lookAt: `${own}: channelOf(), and the subscription at the start`,
    requires: (evidence) => tooMany(evidence) && channelsOf(evidence).size === 1,
  },
  {
    id: 's11-pattern',
    likely:
      'A pattern that fits the channels of all users subscribes an instance to all of them. Redis sends it each message.',
    lookAt: `${own}; subscribe to the channels of the users who are here, without a pattern`,
    requires: (evidence) =>
      tooMany(evidence) &&
      channelsOf(evidence).size > 1 &&
      othersOf(evidence).every((app) => commands(app, 'PSUBSCRIBE').length > 0),
  },
  {
    id: 's11-subscribes-to-all',
    likely: 'An instance subscribes to the channels of users who have no device there.',
    lookAt: `${own}, and socketsState.has() in ${refresh}`,
    requires: (evidence) =>
      tooMany(evidence) &&
      channelsOf(evidence).size > 1 &&
      othersOf(evidence).every((app) => commands(app, 'PSUBSCRIBE').length === 0),
  },
  {
    id: 's11-not-subscribed',
    likely:
      'The instance of the device is not subscribed to any channel, so it receives no message from Redis.',
    lookAt: `${refresh}, and TODO(3) in catch-up.ts, which calls it`,
    requires: (evidence) => {
      const { app } = evidence
      return undelivered(evidence) && app !== undefined && !commands(app).some(isSubscribe)
    },
  },
  {
    id: 's11-other-channel',
    likely:
      'The message is published on another channel than the one that its receiver is subscribed to.',
    lookAt: 'channelOf() in subscriptions.ts: use it for publishing and for subscribing',
    requires: (evidence) => {
      const { app } = evidence
      if (!undelivered(evidence) || app === undefined) return false
      if (subscribedLate(evidence) || subscribedToIt(evidence)) return false
      const confirmed = commands(app).some((one) => isSubscribe(one) && one.reply !== undefined)
      return confirmed && receivedMessages(app, 'messageSent').length === 0
    },
  },
  {
    id: 's11-never-unsubscribed',
    likely:
      'In the 5 seconds after the last device of a user has left, the instance sends no UNSUBSCRIBE. If it never does, its subscriptions become more and more.',
    lookAt:
      'TODO(2) in subscriptions.ts: unsubscribe() sends nothing for another function than that of subscribe(); does it get each user who is subscribed and has no device left? TODO(3) in connection.ts: remove the socket, then call refresh() at once, without a timer',
    shows: leftBehind,
    requires: (evidence) => {
      const { app } = evidence
      return (
        failed('left-behind')(evidence) &&
        app !== undefined &&
        commands(app).some(isSubscribe) &&
        !commands(app).some((one) => isUnsubscribe(one) && one.seq < lastCrossedSeq(evidence))
      )
    },
  },
  {
    id: 's11-other-unsubscribed',
    likely: (evidence) =>
      `You send ${textOfCommand(neverSubscribed(evidence)[0])}, and the instance is subscribed to "${crossedBy(evidence)[1]?.args.at(-2)}". Its subscriptions become more and more.`,
    lookAt: `${refresh}; subscribe() and unsubscribe() both get channelOf()`,
    shows: (evidence) => [...crossedBy(evidence).slice(0, 1), neverSubscribed(evidence)[0]],
    requires: (evidence) =>
      failed('left-behind')(evidence) &&
      isKept(evidence) &&
      neverSubscribed(evidence).length > 0,
  },
  {
    id: 's11-back-not-subscribed',
    likely:
      'The last device of a user has left, and another one comes: the instance has sent UNSUBSCRIBE, and does not subscribe again. What you remember as subscribed has to follow each UNSUBSCRIBE, too.',
    lookAt: refresh,
    shows: (evidence) => [unsubscribedBefore(evidence)],
    requires: (evidence) =>
      failed('back')(evidence) &&
      evidence.fact.kind === 'event-missing' &&
      unsubscribedBefore(evidence) !== undefined,
  },
  {
    id: 's11-unsubscribed-early',
    likely:
      'The instance unsubscribes from a user who still has a device there, and that device receives nothing any more.',
    lookAt:
      'TODO(2) in subscriptions.ts and TODO(3) in connection.ts; unsubscribe when socketsState.has() is false',
    requires: (evidence) =>
      failed('first', 'one-left')(evidence) &&
      evidence.fact.kind === 'event-missing' &&
      evidence.app !== undefined &&
      commands(evidence.app).some((one) => isSubscription(one) && !isSubscribe(one)),
  },
]

// One that follows comes too late.
function lastCrossedSeq(evidence: Evidence): number {
  return crossedBy(evidence)[1]?.seq ?? Infinity
}

// The commands that unsubscribe an instance from what it has never subscribed to.
function neverSubscribed({ app }: Evidence): CommandEvent[] {
  if (!app) return []
  const [came, left] = [commands(app).filter(isSubscribe), commands(app).filter(isUnsubscribe)]
  const subscribed = new Set(came.flatMap(({ args }) => args))
  return left.filter(({ args }) => args.some((arg) => !subscribed.has(arg)))
}

// The command that ended the subscription of the user who has come back, if none follows.
function unsubscribedBefore({ app }: Evidence): CommandEvent | undefined {
  const channel = app && receivedMessages(app, 'to the laptop')[0]?.args.at(-2)
  if (!app || channel === undefined) return undefined
  const last = commands(app).findLast(
    (one) => isSubscription(one) && one.args.includes(channel),
  )
  return last && isUnsubscribe(last) ? last : undefined
}

function isUnsubscribe(event: CommandEvent): boolean {
  return isSubscription(event) && !isSubscribe(event)
}

function textOfCommand(event: CommandEvent | undefined): string {
  return event ? [event.name, ...event.args].join(' ') : ''
}

function tooMany({ fact }: Evidence): boolean {
  return fact.kind === 'message-crossed' && fact.expectation === 'crossed'
}

function undelivered(evidence: Evidence): boolean {
  return failed('across')(evidence) && evidence.fact.kind === 'event-missing'
}

/** The instances that should not have received the message. */
function othersOf({ fact, apps }: Evidence): AppEvidence[] {
  return fact.kind === 'message-crossed'
    ? apps.filter(({ name }) => fact.others.includes(name))
    : []
}

/** The channels on which messages of the chat have reached an instance. */
function channelsOf({ apps }: Evidence): Set<string> {
  const pushes = apps.flatMap((app) => receivedMessages(app, 'messageSent'))
  return new Set(pushes.map(({ args }) => String(args.at(-2))))
}
