import {
  type AppEvidence,
  type CommandEvent,
  type Diagnosis,
  commands,
  receivedMessages,
} from '../../../workshop/check/suite.ts'
import { failed, textOf } from '../../shared/failed-expectations.ts'
import { crossedBy, isKept, onOwnConnections } from './evidence-queries.ts'
import { isSubscribe, isSubscription } from '../../shared/subscribing.ts'

const refresh = 'TODO(2) in subscriptions.ts: refresh()'

/** What can be wrong when devices come and leave in quick succession, or many at once. */
export const races: Diagnosis[] = [
  {
    id: 's11-unsubscribe-wins',
    likely:
      'A device connects while the instance unsubscribes from its user, and the unsubscription wins: the device is connected and receives nothing.',
    lookAt: `${refresh}; a call that comes while a command is on its way waits until that is confirmed, and then compares again who is here. unsubscribe() without a listener also removes those that were added meanwhile`,
    requires: (evidence) =>
      failed(
        'back-while-unsubscribing',
        'back-while-subscribing',
        'one-of-two-left',
      )(evidence) &&
      evidence.fact.kind === 'event-missing' &&
      evidence.app !== undefined &&
      commands(evidence.app).some((one) => isSubscription(one) && !isSubscribe(one)),
  },
  {
    id: 's11-online-unsubscribed',
    likely:
      'A device connects while UNSUBSCRIBE for its user is on its way, and receives caughtUp before Redis has confirmed the SUBSCRIBE that follows. A message that is sent in between would not reach it.',
    lookAt: `${refresh}; until UNSUBSCRIBE is confirmed, what you remember as subscribed is no reason to return: a call that comes meanwhile waits until that is confirmed, and then compares again`,
    shows: ({ app }) => (app ? aroundUnsubscribe(app) : []),
    requires: failed('online-unsubscribed'),
  },
  {
    id: 's11-left-while-subscribing',
    likely:
      'A device leaves while the instance subscribes to its user, and the subscription stays: no UNSUBSCRIBE for it follows when that is confirmed.',
    lookAt: `${refresh}; when a command has been confirmed, look again who is here, and send another one if that has changed`,
    shows: crossedBy,
    requires: (evidence) =>
      failed('left-while-subscribing', 'left-again')(evidence) && isKept(evidence),
  },
  {
    id: 's11-not-sent-afterwards',
    likely:
      'A user connects while a request for another one is on its way, receives caughtUp when that is confirmed, and is not subscribed: what changes meanwhile is not sent afterwards.',
    lookAt: `${refresh}: a call that comes while a request is on its way waits for the next one, not for this one; and a list of what has changed is emptied before the \`await\`, not after it`,
    // The last subscription, and what was sent to the user who is not in it.
    shows: (evidence) => [
      evidence.app && commands(evidence.app).findLast(isSubscribe),
      evidence.apps
        .flatMap((app) => commands(app))
        .find(({ args }) => args.some((arg) => arg.includes(textOf(evidence)))),
    ],
    requires: (evidence) =>
      failed('connected-meanwhile')(evidence) &&
      evidence.fact.kind === 'event-missing' &&
      evidence.fact.connected &&
      evidence.app !== undefined &&
      receivedMessages(evidence.app, textOf(evidence)).length === 0,
  },
  {
    id: 's11-one-by-one',
    likely:
      'Each user waits until the subscriptions of all users before have been confirmed. Where a round trip to Redis takes 1 ms, 200 users take 0.2 s; after a deploy 20,000 users take 20.',
    lookAt: `${refresh}; send what has changed meanwhile in one command`,
    // Each was sent when the one before was confirmed.
    shows: ({ app }) => (app ? commands(app).filter(isSubscribe).slice(-4) : []),
    requires: ({ fact }) => fact.kind === 'round-trips',
  },
  {
    id: 's11-connection-per-user',
    likely:
      'You open a connection to Redis for each user. One connection can be subscribed to any number of channels.',
    lookAt: `${refresh}; createClient() and duplicate() belong at the start`,
    shows: (evidence) => onOwnConnections(evidence).slice(0, 3),
    requires: (evidence) =>
      failed('connections')(evidence) ||
      (failed('online-early-again')(evidence) && onOwnConnections(evidence).length > 1),
  },
]

// The UNSUBSCRIBE that was held, and the SUBSCRIBE for the same user after it.
function aroundUnsubscribe(app: AppEvidence): CommandEvent[] {
  const all = commands(app).filter(isSubscription)
  const held = all.find((one) => one.wasHeld && !isSubscribe(one))
  const next = all.find(
    (one) =>
      held &&
      isSubscribe(one) &&
      one.seq > held.seq &&
      one.args.some((arg) => held.args.includes(arg)),
  )
  return [held, next].flatMap((one) => one ?? [])
}
