import type { CommandEvent, Diagnosis, Evidence } from '../../../workshop/check/suite.ts'
import { failed, textOf } from '../../shared/failed-expectations.ts'
import { lastRead, liveOnes } from './evidence-queries.ts'

/** What can be wrong between Redis and those who get a message: a device, or GET /history. */
export const delivering: Diagnosis[] = [
  {
    id: 's10-other-form',
    likely:
      'The device receives the message in another form than as the event `message` with {event, args}.',
    lookAt: 'what is emitted to the socket: deliver() in catch-up.ts',
    offTheWire: true,
    requires: (evidence) => isUndelivered(evidence) && hasOtherForm(evidence),
  },
  {
    id: 's10-not-delivered',
    likely: (evidence) =>
      `Redis has sent "${textOf(evidence)}" to ${evidence.app?.name}, and ${evidence.fact.client}, which is connected there, does not get it.`,
    lookAt:
      'deliver() in catch-up.ts: which messages it leaves out; and whether the device is in socketsState',
    shows: (evidence) => liveOnes(evidence).slice(0, 1),
    requires: (evidence) =>
      isUndelivered(evidence) && !hasOtherForm(evidence) && liveOnes(evidence).length > 0,
  },
  {
    id: 's10-history-dropped',
    likely: (evidence) => {
      const { name, reply } = lastRead(evidence) ?? {}
      return `Redis has answered ${name} with ${lengthOf(reply)} entries, and GET /history answers without messages.`
    },
    lookAt:
      'TODO(4) in history.ts: what readHistory() makes of the reply, and what it returns: forEach() returns nothing, and neither does a function in braces without `return`',
    shows: (evidence) => [lastRead(evidence)],
    requires: (evidence) => answersWithoutMessages(evidence) && hasEntries(lastRead(evidence)),
  },
]

function isUndelivered(evidence: Evidence): boolean {
  const { fact } = evidence
  const isMissing = failed('delivered')(evidence) && fact.kind === 'event-missing'
  return isMissing && fact.connected && !fact.reached?.length && textOf(evidence) !== ''
}

// The last event that the device has received holds the text.
function hasOtherForm(evidence: Evidence): boolean {
  const { fact } = evidence
  const last = fact.kind === 'event-missing' ? fact.last?.args : undefined
  return JSON.stringify(last ?? []).includes(`"text":"${textOf(evidence)}"`)
}

function answersWithoutMessages({ fact }: Evidence): boolean {
  if (fact.kind === 'stored-times')
    return fact.expectation === 'stored-once' && fact.length === 0
  const { request, response } = fact.kind === 'http-wrong' ? fact : {}
  return response?.status === 200 && request?.path.startsWith('/history') === true
}

function hasEntries(read: CommandEvent | undefined): boolean {
  return lengthOf(read?.reply) > 1
}

function lengthOf(reply: unknown): number {
  return Array.isArray(reply) ? reply.length : 0
}
