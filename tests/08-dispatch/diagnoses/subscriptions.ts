import type { AppEvidence, Diagnosis } from '../../../workshop/check/suite.ts'
import { subscriptionsOf } from '../helpers/channel.ts'
import {
  missed,
  repeated,
  repeats,
  sent,
  subscriptionCounts,
  wasOffline,
} from './evidence-queries.ts'

/** How often does an instance subscribe, and until when? */
export const subscriptions: Diagnosis[] = [
  {
    id: 's8-subscribes-twice',
    likely:
      'Each instance receives a message twice: you make two subscriptions that match the channel.',
    lookAt: 'all subscriptions, and all buses',
    requires: (evidence) => {
      const counts = subscriptionCounts(evidence)
      const same = new Set(counts).size === 1 && Math.max(...counts) > 1
      const once = repeats(evidence) === 1 && !wasOffline(evidence)
      return repeated(evidence) !== undefined && once && same
    },
    shows: ({ apps }) => apps.flatMap((app) => subscriptionsOf(app)).slice(0, 4),
  },
  {
    id: 's8-on-inside-connection',
    likely:
      'You subscribe again when a device connects. Each time one more handler delivers each message.',
    lookAt: 'where the subscription is made: once, at the start',
    requires: (evidence) => {
      const counts = subscriptionCounts(evidence)
      const differ = new Set(counts).size > 1 && Math.max(...counts) > 1
      const once = repeats(evidence) === 1 && !wasOffline(evidence)
      return repeated(evidence) !== undefined && once && differ
    },
  },
  {
    id: 's8-subscribed-again',
    likely:
      'You subscribe again when Redis is back, and node-redis-pubsub has restored the subscription itself. So each message arrives twice.',
    lookAt: "what is done when a client is 'ready' again",
    requires: (evidence) =>
      repeated(evidence) !== undefined && evidence.apps.some(subscribesTwiceOnOneConnection),
    shows: ({ apps }) =>
      apps
        .filter(subscribesTwiceOnOneConnection)
        .flatMap((app) => subscriptionsOf(app).slice(-2)),
  },
  {
    id: 's8-unsubscribe-kills-all',
    likely:
      'You end the subscription of the whole process. The function that `on()` returns ends it for every handler of the channel.',
    lookAt: 'what unsubscribes, and when',
    requires: (evidence) => missed(evidence) !== undefined && sent(evidence, /^P?UNSUBSCRIBE$/),
  },
]

/** Whether it did so after a loss, and had not done it before. */
function subscribesTwiceOnOneConnection(app: AppEvidence): boolean {
  const connections = subscriptionsOf(app).map(({ connection }) => connection)
  const [first] = connections
  const times = (one: number) => connections.filter((other) => other === one).length
  return first !== undefined && times(first) === 1 && connections.some((one) => times(one) > 1)
}
