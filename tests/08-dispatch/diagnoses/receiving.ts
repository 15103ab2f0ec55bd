import {
  type Diagnosis,
  type Evidence,
  matchesGlob,
  subscribedTo,
  subscriptions,
} from '../../../workshop/check/suite.ts'
import { isChannel, publicationsOf, subscriptionsOf } from '../helpers/channel.ts'
import { missed, published, reachedBy } from './evidence-queries.ts'

/** Who subscribes, to what, and from when on? */
export const receiving: Diagnosis[] = [
  {
    id: 's8-subscribes-to-another-channel',
    likely: 'You publish on one channel and subscribe to another: 0 subscribers received it.',
    lookAt: 'both names, character by character; use one constant for both',
    requires: (evidence) =>
      wasReceivedByNone(evidence) &&
      evidence.apps.some((app) => subscriptions(app).length > 0) &&
      !evidence.apps.some((app) => subscriptionsOf(app).length > 0),
  },
  {
    id: 's8-never-subscribed',
    likely:
      'You publish the messages, and no instance subscribes: 0 subscribers received them.',
    lookAt: 'where the subscription is made, and whether that code runs',
    requires: (evidence) =>
      wasReceivedByNone(evidence) &&
      evidence.apps.every((app) => subscriptions(app).length === 0),
  },
  {
    id: 's8-not-every-instance',
    likely: 'Not every instance subscribes. Each has devices that only it can reach.',
    lookAt: 'the condition under which an instance subscribes',
    requires: (evidence) => {
      const subscribed = evidence.apps.filter((app) => subscriptionsOf(app).length > 0).length
      const running = evidence.apps.filter(({ exit }) => !exit).length
      return missed(evidence) !== undefined && subscribed > 0 && subscribed < running
    },
  },
  {
    id: 's8-scope-differs',
    likely: 'The scope becomes part of the channel, and the instances use different ones.',
    lookAt: 'the option `scope`, wherever a bus is created',
    requires: (evidence) => namesInUse(evidence).size > 1,
  },
  {
    id: 's8-pattern-in-the-scope',
    likely:
      'node-redis-pubsub subscribes to patterns, in which ? * [ and \\ are special: with such a scope the pattern does not match the channel.',
    lookAt: 'scope and channel: use letters, digits, _ and :',
    requires: ({ apps }) =>
      apps.some((app) =>
        publicationsOf(app).some(
          ({ args, reply }) => reply === 0 && /[?*[\\]/.test(`${args[0]}`),
        ),
      ),
  },
  {
    id: 's8-first-message-lost',
    likely:
      'Your server accepts connections before Redis has confirmed the subscription, so a device can miss messages.',
    lookAt:
      'what is awaited before `listen()`, and when that resolves: `bus.on()` returns no promise, and `subscribe()` in bus.ts returns one that waits for Redis',
    requires: (evidence) =>
      evidence.fact.expectation === 'subscribed-first' ||
      (missed(evidence) !== undefined &&
        evidence.apps.every((app) => reachedBy(app) === 0) &&
        isSubscribedTooLate(evidence)),
  },
  {
    id: 's8-pattern-too-wide',
    likely:
      'You subscribe to more than the one channel, and deliver messages of other channels.',
    lookAt: 'the subscription: a * matches anything',
    requires: ({ fact, apps }) =>
      fact.kind === 'event-unexpected' &&
      fact.expectation === 'other-channel' &&
      apps.some((app) =>
        subscribedTo(app).some((pattern) => matchesGlob(pattern, 'incoming_socket_message')),
      ),
  },
]

function wasReceivedByNone({ apps }: Evidence): boolean {
  const all = apps.flatMap(publicationsOf)
  return all.length > 0 && all.every(({ reply }) => reply === 0)
}

/** The names of the channel that are in use: one, unless scopes differ. */
function namesInUse(evidence: Evidence): Set<string> {
  const subscribed = evidence.apps.flatMap(subscribedTo)
  const others = published(evidence).map(({ args }) => args[0] ?? '')
  return new Set([...subscribed, ...others].filter((name) => isChannel(name)))
}

function isSubscribedTooLate(evidence: Evidence): boolean {
  const [first] = published(evidence)
  return evidence.apps
    .flatMap(subscriptionsOf)
    .some(({ replySeq, seq }) => first !== undefined && (replySeq ?? seq) > first.seq)
}
