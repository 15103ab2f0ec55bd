import { isDeepStrictEqual } from 'node:util'
import {
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  commands,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import {
  appsOf,
  hasCrashed,
  hasParseError,
  isResultMissing,
  messagesOf,
  publishedBy,
  received,
  warnsOfMessage,
  workedOn,
} from './evidence-queries.ts'

/** Who receives the result? */
export const results: Diagnosis[] = [
  {
    id: 's6-not-every-device',
    likely:
      'One device of the user gets the result and another does not. A user has several devices, on several instances.',
    lookAt: 'what you keep for a user: one socket, or a room with all of them?',
    requires: ({ fact }) =>
      fact.kind === 'event-missing' && fact.event === 'done' && fact.reached !== undefined,
  },
  {
    id: 's6-progress-to-everyone',
    likely: "The progress of one user's job is sent to all devices of all users.",
    lookAt: 'the target of the `progress` event',
    requires: ({ fact }) => fact.expectation === 'progress-of-another',
  },
  {
    id: 's6-result-to-everyone',
    likely: 'The result is sent to all devices of all users. The channel contains the user.',
    lookAt: 'the target of the `done` event',
    requires: ({ fact }) => fact.expectation === 'result-of-another',
  },
  {
    id: 's6-progress-as-done',
    likely:
      'Devices receive `done` more often than there are jobs, while a worker publishes progress: you emit `done` for progress, too.',
    lookAt: 'which channels you subscribe to, and which event you emit for PROGRESS',
    requires: (evidence) =>
      evidence.fact.expectation === 'done-per-job' &&
      evidence.fact.kind === 'event-repeated' &&
      evidence.fact.seen > evidence.fact.expected &&
      (received('web', 'PROGRESS:', evidence).length > 0 ||
        publishedBy('worker', 'DONE:', evidence).length > evidence.fact.expected),
  },
  {
    id: 's6-result-not-awaited',
    likely:
      'The worker publishes `"result":{}`. It is a promise that is not awaited: JSON has no form for it.',
    lookAt: 'TODO(3) in `worker.ts`: the `await` in front of the counting',
    requires: (evidence) =>
      isResultMissing(evidence) &&
      publishedBy('worker', 'DONE:', evidence).some(({ args: [, message = ''] }) =>
        isDeepStrictEqual(parseJsonObject(message)['result'], {}),
      ),
  },
  {
    id: 's6-result-not-handed-on',
    likely: 'The result reached the web instance, and no device receives `done`.',
    lookAt:
      'the message on DONE, what the web instance reads from it, and whether the room it emits to is the room that the sockets joined',
    requires: (evidence) =>
      isPlainlyMissing(evidence) &&
      received('web', 'DONE:', evidence).length > 0 &&
      !(evidence.fact.kind === 'event-missing' && evidence.fact.last?.event === 'done'),
  },
  {
    id: 's6-other-result-channel',
    likely: (evidence) =>
      `The worker publishes its result on ${otherChannel(evidence)}, and web instances wait for it on DONE:<userId>:<name>.`,
    lookAt: 'the channel on which the worker publishes the result',
    requires: (evidence) => isPlainlyMissing(evidence) && otherChannel(evidence) !== undefined,
  },
  {
    id: 's6-job-id-repeated',
    likely: (evidence) =>
      `Two jobs have the same id, ${JSON.stringify(repeatedId(evidence))}. For the second one SET … NX returned nil, as the key of that id existed already, so the worker skips it.`,
    lookAt: 'TODO(2) in `sockets.ts`: the id must be unique across all web instances',
    requires: (evidence) =>
      isResultMissing(evidence) &&
      repeatedId(evidence) !== undefined &&
      lastClaim(evidence)?.reply === null,
  },
  {
    id: 's6-no-result',
    likely: 'The worker received the job and publishes no result on a DONE channel.',
    lookAt: (evidence) =>
      workedOn(evidence)
        ? 'TODO(3) in `worker.ts`: what the worker does after counting'
        : 'the handler of `pSubscribe()` in `worker.ts`: the message is its first parameter, the channel the second; then what `readJob()` returns, and what follows the counting',
    requires: (evidence) =>
      isPlainlyMissing(evidence) &&
      received('worker', 'JOB:', evidence).length > 0 &&
      publishedBy('worker', 'DONE:', evidence).length === 0 &&
      otherChannel(evidence) === undefined,
  },
]

// Nothing else that was seen explains why it is missing.
function isPlainlyMissing(evidence: Evidence): boolean {
  return (
    isResultMissing(evidence) &&
    evidence.fact.expectation !== 'odd-user-name' &&
    !hasCrashed('worker', evidence) &&
    !hasCrashed('web', evidence) &&
    !hasParseError(evidence) &&
    !warnsOfMessage(evidence) &&
    publishedBy('worker', 'JOB:', evidence).length === 0
  )
}

function otherChannel(evidence: Evidence): string | undefined {
  const channels = publishedBy('worker', '', evidence).map(({ args }) => args[0] ?? '')
  if (channels.some((channel) => channel.startsWith('DONE:'))) return undefined
  return channels.find((channel) => !/^(instances$|PROGRESS:|JOB:)/.test(channel))
}

// The latest job has the id of an earlier one.
function repeatedId(evidence: Evidence): unknown {
  const jobs = publishedBy('web', 'JOB:', evidence).toSorted((a, b) => a.seq - b.seq)
  const ids = jobs.map(({ args: [, message = ''] }) => parseJsonObject(message)['id'])
  const last = ids.pop()
  return last !== undefined && ids.includes(last) ? last : undefined
}

// The latest SET … NX of a worker that received the latest job.
function lastClaim(evidence: Evidence): CommandEvent | undefined {
  const [worker] = appsOf('worker', evidence)
  const job = worker && messagesOf(worker, 'JOB:').at(-1)
  const claims = worker && job ? commands(worker, 'SET') : []
  return claims.findLast(({ seq, args }) => seq > (job?.seq ?? 0) && args.includes('NX'))
}
