import {
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  commands,
} from '../../../workshop/check/suite.ts'
import { failed, fieldsOfFact } from '../../shared/failed-expectations.ts'
import { lastRead } from './evidence-queries.ts'

/** Which messages GET /history answers with. */
export const keeping: Diagnosis[] = [
  {
    id: 's10-keeps-oldest',
    likely:
      'The oldest 50 messages are kept, and later ones are dropped: you cut off the wrong end.',
    lookAt: 'where the history is trimmed',
    requires: (evidence) => fieldsOfFact(evidence, 'history-length')['stored'] === false,
  },
  {
    id: 's10-history-not-read',
    likely:
      'GET /history answers without the latest message, and nothing has been read from Redis since that was stored.',
    lookAt:
      'TODO(4) in history.ts: does readHistory() read at each call? What is kept in between?',
    requires: (evidence) => isWithoutNewest(evidence) && !isReadSinceStored(evidence),
  },
  {
    id: 's10-reads-oldest',
    likely:
      'The latest message is stored, and GET /history answers without it: you cut off the wrong end when you read.',
    lookAt:
      'TODO(4) in history.ts: readHistory(); XREVRANGE with COUNT begins with the latest, XRANGE with the oldest',
    requires: (evidence) => isWithoutNewest(evidence) && isReadSinceStored(evidence),
  },
  {
    id: 's10-off-by-one',
    likely: (evidence) =>
      `The history has ${lengthOf(evidence)} messages instead of 50. ${reasonOfLength(evidence)}`.trim(),
    lookAt: (evidence) =>
      `TODO(4) in history.ts: readHistory()${readsWithoutCount(evidence) ? '; xRevRange() and xRange() take options as an object, { COUNT: … }, and send nothing else' : ''}`,
    shows: (evidence) => [readOf(evidence)],
    requires: (evidence) => Math.abs(lengthOf(evidence) - 50) === 1,
  },
  {
    id: 's10-history-not-limited',
    likely: 'GET /history answers with more than the last 50 messages.',
    lookAt: 'TODO(4) in history.ts: readHistory()',
    requires: (evidence) => lengthOf(evidence) > 51,
  },
  {
    id: 's10-read-error-hidden',
    likely:
      'While Redis is offline, GET /history answers as if nothing were stored: no error of the read reaches the route.',
    lookAt: 'TODO(4) in history.ts: what does readHistory() do when the read fails?',
    requires: failed('history-error'),
  },
]

function isWithoutNewest(evidence: Evidence): boolean {
  const { newest, stored } = fieldsOfFact(evidence, 'history-length')
  return newest === false && stored === true
}

function isReadSinceStored(evidence: Evidence): boolean {
  const stores = evidence.apps.map((app) => commands(app).findLast(holdsText)?.seq ?? 0)
  return (lastRead(evidence)?.seq ?? 0) > Math.max(...stores)
}

function holdsText({ args }: CommandEvent): boolean {
  return args.some((arg) => arg.includes('"text":'))
}

// The last read that returned about as many messages as are kept.
function readOf({ app }: Evidence) {
  return app && commands(app).findLast(({ reply }) => Array.isArray(reply) && reply.length > 40)
}

// Why one message too many or too few was read, as far as the command shows it.
function reasonOfLength(evidence: Evidence): string {
  const { name = '', args = [], reply } = readOf(evidence) ?? {}
  const count = args.findIndex((arg) => arg.toUpperCase() === 'COUNT')
  const asked = args[count + 1]
  const [, start, end] = args.map(Number)
  if (asked === '50' || (end ?? 0) - (start ?? 0) === 49)
    return `${name} asks for 50 messages, and Redis has no more: the history is cut too short.`
  if (/^(LRANGE|ZRANGE|ZREVRANGE)$/.test(name))
    return `Both ends of ${name} are inclusive: ${args.slice(1, 3).join(' ')} asks for one message more or less than you want.`
  if (!/^X(REV)?RANGE$/.test(name)) return ''
  if (count >= 0) return `You read them with COUNT ${asked}.`
  return `Redis received ${name} without COUNT, and answers with all ${Array.isArray(reply) ? reply.length : ''} entries: the stream keeps one more than you have to send.`
}

function readsWithoutCount(evidence: Evidence): boolean {
  const { name = '', args = [] } = readOf(evidence) ?? {}
  return /^X(REV)?RANGE$/.test(name) && !args.some((arg) => arg.toUpperCase() === 'COUNT')
}

function lengthOf(evidence: Evidence): number {
  return Number(fieldsOfFact(evidence, 'history-length')['length'] ?? NaN)
}
