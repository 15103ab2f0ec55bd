import {
  type Diagnosis,
  type Evidence,
  type Fact,
  commands,
  fieldsOf,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import { isChannel } from '../helpers/channel.ts'
import {
  envelopes as dispatched,
  published,
  reachedBy,
  repeated,
  repeats,
  subscribedOnce,
  userOf,
} from './evidence-queries.ts'

type Missing = Extract<Fact, { kind: 'command-missing' }>

/** What is published, and for which user? */
export const envelopes: Diagnosis[] = [
  {
    id: 's8-other-channel',
    likely: 'You publish the message on another channel than outgoing_socket_message.',
    lookAt:
      'the arguments of `bus.emit()`: first the name of the channel, character by character, then the message',
    requires: ({ fact }) =>
      fact.kind === 'command-missing' &&
      fact.instead?.name === 'PUBLISH' &&
      !isChannel(fact.instead.args[0]),
  },
  {
    id: 's8-from-client',
    likely:
      'You take `from` from the message of the device, which can claim any user. Only the token identifies the user.',
    lookAt: 'where `from` comes from',
    requires: ({ fact }) => fact.kind === 'command-unexpected',
  },
  {
    id: 's8-id-of-a-socket',
    likely:
      'You dispatch to the id of a socket, which other processes do not know. Dispatch to the user.',
    lookAt: 'the `id` of what is dispatched',
    requires: (evidence) => dispatched(evidence).some(({ id }) => isSocketId(id)),
  },
  {
    id: 's8-one-user-only',
    likely: (evidence) => {
      const { user, other, times } = oneUser(evidence)
      return `You publish the message ${times > 1 ? 'more than once ' : ''}for ${user}, and not for ${other}.`
    },
    lookAt: (evidence) =>
      oneUser(evidence).times > 1
        ? 'the `id` with which you call `dispatch()`: the receiver once, and the sender once'
        : 'the users a message is dispatched for: receiver and sender',
    shows: ({ apps }) => apps.flatMap((app) => commands(app, 'PUBLISH')).slice(-2),
    requires: (evidence) => isForOneUser(evidence) && !reachedDirectly(evidence),
  },
  {
    id: 's8-delivered-directly',
    likely: (evidence) =>
      `${reachedDirectly(evidence)} received the message, and nothing was published for its user: you deliver directly on this instance. The user may have devices on other instances, too.`,
    lookAt:
      '`dispatch()`, and everything else that delivers to devices: publish for both users, also when they have a device here',
    requires: (evidence) => isForOneUser(evidence) && reachedDirectly(evidence) !== undefined,
  },
  {
    id: 's8-other-fields',
    likely: (evidence) =>
      hasTextArgs(evidence)
        ? '`args` is a text. Pass the object: node-redis-pubsub converts the whole message to JSON.'
        : dispatched(evidence).some(({ id }) => Array.isArray(id))
          ? '`id` is a list. Publish once for each user, with that user as `id`.'
          : 'You publish other fields or other values than those of {event, id, args}.',
    lookAt: (evidence) =>
      hasTextArgs(evidence)
        ? 'where the `args` become JSON before `bus.emit()`'
        : 'what is published, and what the goal shows',
    requires: ({ fact }) => {
      if (fact.kind !== 'command-missing' || !isChannel(fact.instead?.args[0])) return false
      const [, payload = ''] = fact.instead?.args ?? []
      const envelope = parseJsonObject(payload)
      // Not JSON, or JSON of JSON, is another mistake.
      const isValue =
        Object.keys(envelope).length > 0 || /^("[^{]|[\d[]|null|\{\})/.test(payload)
      return isValue && !isGood(envelope, fact) && !isSocketId(envelope['id'])
    },
  },
  {
    id: 's8-published-twice',
    likely:
      'You publish the same message twice for the same user: for a user who writes to herself, or because two places dispatch it.',
    lookAt: 'how often `dispatch()` is called for one user',
    requires: (evidence) =>
      repeated(evidence) !== undefined &&
      repeats(evidence) === 2 &&
      subscribedOnce(evidence) &&
      // Each instance got what was published, and not more.
      evidence.apps.every((app) => reachedBy(app) <= published(evidence).length),
  },
]

function isForOneUser(evidence: Evidence): boolean {
  const users = new Set(goodOnes(evidence).map(({ id }) => id))
  return users.size === 1 && !dispatched(evidence).some(({ id }) => isSocketId(id))
}

// The user for whom the message was published, how often, and the other one.
function oneUser(evidence: Evidence) {
  const good = goodOnes(evidence)
  const { from, to } = fieldsOf(good[0]?.['args'])
  const user = good[0]?.['id']
  return { user, other: user === from ? to : from, times: good.length }
}

// What was published for one of the two users, and as it should be.
function goodOnes(evidence: Evidence): Record<string, unknown>[] {
  const { fact } = evidence
  if (fact.kind !== 'command-missing') return []
  return dispatched(evidence).filter((envelope) => isGood(envelope, fact))
}

/** The device that received the message, although nothing was published for its user. */
function reachedDirectly(evidence: Evidence): string | undefined {
  const { fact } = evidence
  if (fact.kind !== 'command-missing') return undefined
  const users = new Set(dispatched(evidence).map(({ id }) => id))
  return fact.reached?.find((device) => !users.has(userOf(device)))
}

function hasTextArgs(evidence: Evidence): boolean {
  return dispatched(evidence).some(
    ({ args }) => typeof args === 'string' && args.startsWith('{'),
  )
}

/** Whether this is what should be dispatched for one of the two users. */
function isGood({ event, id, args }: Record<string, unknown>, { fields }: Missing): boolean {
  const wanted = fieldsOf(fields?.['args'])
  const { from, to, text } = fieldsOf(args)
  const same = from === wanted['from'] && to === wanted['to'] && text === wanted['text']
  return same && event === fields?.['event'] && (id === from || id === to)
}

function isSocketId(id: unknown): boolean {
  return typeof id === 'string' && /^[\w-]{20}$/.test(id)
}
