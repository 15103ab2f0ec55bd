import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  commands,
  receivedMessages,
} from '../../../workshop/check/suite.ts'
import { failed } from '../../shared/failed-expectations.ts'
import { subscribedLate } from './evidence-queries.ts'
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
    lookAt: 'channelOf() in subscriptions.ts; who publishes and who subscribes both use it',
    requires: (evidence) => {
      const { app } = evidence
      if (!undelivered(evidence) || app === undefined || subscribedLate(evidence)) return false
      const confirmed = commands(app).some((one) => isSubscribe(one) && one.reply !== undefined)
      return confirmed && receivedMessages(app, 'messageSent').length === 0
    },
  },
  {
    id: 's11-never-unsubscribed',
    likely:
      'The instance sends no UNSUBSCRIBE when the last device of a user has left. Its subscriptions become more and more.',
    lookAt: `TODO(3) in connection.ts: remove the socket first, since refresh() looks up who is still here; and ${refresh}, where unsubscribe() sends nothing for another function than that of subscribe()`,
    requires: (evidence) => {
      const { app } = evidence
      return (
        failed('left-behind')(evidence) &&
        app !== undefined &&
        commands(app).some(isSubscribe) &&
        !commands(app).some((one) => isSubscription(one) && !isSubscribe(one))
      )
    },
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
