import {
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  commands,
  fieldsOf,
} from '../../../workshop/check/suite.ts'
import { failed } from '../../shared/failed-expectations.ts'
import { mayRead } from '../helpers/catching-up.ts'
import { catches } from './catching-up.ts'
import { lastRead } from './evidence-queries.ts'

/** What can be wrong with `caughtUp`, which ends what a device gets from the history. */
export const caughtUp: Diagnosis[] = [
  {
    id: 's10-read-waits',
    likely:
      'Your read waits in Redis for a message that is newer, and answers only when there is one. Until then all other commands of this connection wait behind it.',
    lookAt: 'TODO(4) in history.ts: missedBy(), and the option `BLOCK`',
    shows: (evidence) => [waitingRead(evidence)],
    requires: (evidence) =>
      failed('nothing-missed')(evidence) && waitingRead(evidence) !== undefined,
  },
  {
    id: 's10-no-caught-up',
    likely: (evidence) =>
      `The device ${failed('nothing-missed')(evidence) ? 'has missed nothing' : 'gets what it missed'}, and ${isConnected(evidence) ? 'no caughtUp follows: it cannot know whether more is missing' : 'you end its connection'}.${emptyRead(evidence) ? ' Redis answered the read with null, as nothing is newer.' : ''}`,
    lookAt: (evidence) =>
      isConnected(evidence)
        ? `${catches}: caughtUp is sent in the end, whether there are messages or not`
        : 'TODO(4) in history.ts: what missedBy() does with the result of the read when nothing is newer',
    shows: (evidence) => [emptyRead(evidence)],
    explainsCodeError: true,
    requires: (evidence) =>
      failed('nothing-missed', 'caught-up-event')(evidence) &&
      evidence.app?.exit === undefined &&
      !waitingRead(evidence),
  },
  {
    id: 's10-gap-never',
    likely:
      'The device missed more than is kept, and caughtUp reports no gap. Its user never learns that messages are missing.',
    lookAt: (evidence) => {
      const read = longest(evidence.app && commands(evidence.app).findLast(mayRead)?.reply)
      const why =
        read > 50
          ? `; Redis has answered with ${read} messages of one conversation: look how many there are before you cut them off`
          : ''
      return `TODO(4) in history.ts: missedBy()${why}`
    },
    requires: (evidence) => reportedGap(evidence, 'gap') === false,
  },
  {
    id: 's10-gap-always',
    likely: 'The device got all that it missed, and caughtUp reports a gap.',
    lookAt: 'TODO(4) in history.ts: missedBy()',
    requires: (evidence) =>
      reportedGap(evidence, 'no-gap') === true ||
      reportedGap(evidence, 'no-gap-of-none') === true,
  },
  {
    id: 's10-gap-of-kept',
    likely:
      'The device missed exactly 50 messages of a conversation and got all of them, and caughtUp reports a gap. Only more than 50 are a gap; for that the stream keeps 51.',
    lookAt: 'TODO(4) in history.ts: missedBy(), and from how many messages on it reports a gap',
    requires: (evidence) => reportedGap(evidence, 'no-gap-of-kept') === true,
  },
  {
    id: 's10-caught-up-fields',
    likely: ({ fact }) =>
      `The args of caughtUp are ${fact.kind === 'event-wrong' ? JSON.stringify(fact.args[0]) : 'something else'}. A device looks for the field \`gap\` in them, which is true or false.`,
    lookAt: `${catches}; { event: 'caughtUp', args: { gap } }`,
    requires: ({ fact }) =>
      fact.kind === 'event-wrong' &&
      fact.event === 'caughtUp' &&
      typeof fieldsOf(fact.args[0])['gap'] !== 'boolean',
  },
  {
    id: 's10-conversations-together',
    likely:
      'You take all conversations of a user together: the device missed 60 messages in two of them, and each has fewer than 50.',
    lookAt: 'TODO(4) in history.ts: missedBy() cuts and counts each conversation alone',
    requires: (evidence) =>
      failed('caught-up-in-two')(evidence) || reportedGap(evidence, 'no-gap-in-two') === true,
  },
]

// The gap that the caughtUp of this expectation reports.
function reportedGap({ fact }: Evidence, expectation: string): unknown {
  const isIt = fact.kind === 'event-wrong' && fact.expectation === expectation
  return isIt ? fieldsOf(fact.args[0])['gap'] : undefined
}

// The length of the longest list in a reply.
function longest(reply: unknown): number {
  if (reply instanceof Map) return longest([...reply.values()].map((one) => [one]))
  return Array.isArray(reply) ? Math.max(reply.length, ...reply.map(longest)) : 0
}

function isConnected({ fact }: Evidence): boolean {
  return fact.kind === 'event-missing' && fact.connected
}

// The last read, if nothing was newer.
function emptyRead(evidence: Evidence): CommandEvent | undefined {
  const last = lastRead(evidence)
  return last?.reply === null ? last : undefined
}

// The last read, if it waits in Redis for a new message.
function waitingRead(evidence: Evidence): CommandEvent | undefined {
  const last = lastRead(evidence)
  const waits = last?.args.some((arg) => arg.toUpperCase() === 'BLOCK')
  return waits && last?.reply === undefined ? last : undefined
}
