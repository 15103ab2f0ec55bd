import {
  type Diagnosis,
  type Fact,
  printedOnStderr,
  takesChannelForMessage,
} from '../../../workshop/check/suite.ts'
import {
  allRun,
  appOfSender,
  isWrappedTwice,
  missed,
  reachedAll,
  reachedApp,
  receivedOtherwise,
  repeated,
  repeats,
  subscribedOnce,
  userOf,
} from './evidence-queries.ts'

/** To which devices is a received message delivered, and how often? */
export const delivering: Diagnosis[] = [
  {
    id: 's8-parsed-again',
    likely:
      'You parse a received message as JSON. node-redis-pubsub has already done that: it is an object.',
    lookAt: 'every `JSON.parse()` of a message',
    requires: (evidence) => printedOnStderr(evidence, /\[object Obj/),
  },
  {
    id: 's8-to-all-users',
    likely: 'You send an event for one user to devices of other users. The id names the user.',
    lookAt: 'the target of a received event',
    requires: ({ fact }) =>
      fact.kind === 'event-unexpected' && fact.expectation === 'other-user',
  },
  {
    id: 's8-local-and-dispatch',
    likely:
      'The publishing instance also delivers to its own devices directly. It receives its own message, so they get two copies.',
    lookAt: 'everything that delivers to devices here',
    requires: (evidence) => {
      const fact = repeated(evidence)
      if (!fact || repeats(evidence) !== 1 || !subscribedOnce(evidence)) return false
      const place = appOfSender(fact)
      const [near, far] = [true, false].map((is) =>
        fact.deliveries.filter(({ app }) => (app === place) === is),
      )
      return (
        near !== undefined &&
        near.length > 1 &&
        near.every(({ seen }) => seen === 2) &&
        far?.every(({ seen }) => seen === 1) === true
      )
    },
  },
  {
    id: 's8-echo-to-the-sender',
    likely:
      'You send the message to the device that sent it directly, and once more through Redis.',
    lookAt: 'what the handler of `sendMessage` emits to its own socket',
    requires: (evidence) => {
      const fact = repeated(evidence)
      return (
        fact !== undefined &&
        fact.deliveries.length > 1 &&
        fact.deliveries.every((one) => one.seen === (one.client === fact.sender ? 2 : 1)) &&
        repeats(evidence) === 1
      )
    },
  },
  {
    id: 's8-other-field-for-id',
    likely: ({ fact }) =>
      `The devices of ${onlyReceiver(fact)} receive what is published for both users, and those of the other user nothing: you do not choose the devices by the \`id\` of the message.`,
    lookAt: 'the user whose sockets are looked up when a message is received: its `id`',
    requires: ({ fact }) => onlyReceiver(fact) !== undefined,
  },
  {
    id: 's8-not-its-own-devices',
    likely:
      'Only other instances deliver the message. The devices of the publishing instance get nothing.',
    lookAt: 'what an instance does with its own messages',
    requires: (evidence) => {
      const fact = missed(evidence)
      const place = fact && appOfSender(fact)
      return (
        fact !== undefined &&
        place !== undefined &&
        reachedApp(evidence, place, fact) &&
        fact.deliveries.every(({ app, seen }) => (seen === 0) === (app === place)) &&
        new Set(fact.deliveries.map(({ app }) => app)).size > 1
      )
    },
  },
  {
    id: 's8-taken-for-its-own',
    likely:
      'The message reached the other instance, which does not deliver it. Perhaps it takes the message for its own.',
    lookAt: 'how an instance recognizes its own messages',
    requires: (evidence) => {
      const fact = missed(evidence, 'across-instances')
      const place = fact && appOfSender(fact)
      return (
        fact !== undefined &&
        fact.deliveries.every(({ app, seen }) => seen > 0 === (app === place)) &&
        reachedAll(evidence) &&
        allRun(evidence)
      )
    },
  },
  {
    id: 's8-other-event',
    likely:
      'You emit the message in another form than as the event `message` with the {event, args} that was published.',
    lookAt: 'what is emitted to the sockets for a received message',
    requires: (evidence) => {
      const fact = missed(evidence)
      return fact !== undefined && receivedOtherwise(fact) && !isWrappedTwice(fact)
    },
  },
  {
    id: 's8-wrapped-twice',
    likely: 'The `args` that devices receive contain {event, args} once more.',
    lookAt:
      'what is passed for `args` when a message is received: `socketsState.emit()` makes {event, args} itself',
    requires: (evidence) => {
      const fact = missed(evidence)
      return fact !== undefined && isWrappedTwice(fact)
    },
  },
  {
    id: 's8-not-delivered',
    likely: 'The message reached the instances, and you emit it to no device.',
    lookAt:
      'the function that receives messages: its parameters (node-redis-pubsub passes the message first, then the channel), which fields it reads, and whose sockets it looks up',
    requires: (evidence) => {
      const fact = missed(evidence, 'across-instances')
      return (
        fact !== undefined &&
        !takesChannelForMessage(evidence) &&
        fact.deliveries.every(({ seen }) => seen === 0) &&
        !receivedOtherwise(fact) &&
        reachedAll(evidence) &&
        allRun(evidence)
      )
    },
  },
  {
    id: 's8-remembers-messages',
    likely: 'You deliver the same content only once. A user may write the same text again.',
    lookAt: 'what is remembered from one message to the next',
    requires: ({ fact }) =>
      fact.kind === 'delivery-wrong' &&
      fact.expectation === 'same-text-again' &&
      fact.deliveries.every(({ seen }) => seen === fact.expected - 1),
  },
]

/** The user whose devices all received two copies, when those of the other received none. */
function onlyReceiver(fact: Fact): string | undefined {
  if (fact.kind !== 'delivery-wrong') return undefined
  const users = (seen: number) =>
    new Set(
      fact.deliveries.filter((one) => one.seen === seen).map(({ client }) => userOf(client)),
    )
  const [both, none] = [users(2), users(0)]
  const [only] = both
  const isClear = fact.deliveries.every(({ seen }) => seen === 2 || seen === 0)
  const isOne = both.size === 1 && none.size > 0 && only !== undefined && !none.has(only)
  return isClear && isOne ? only : undefined
}
