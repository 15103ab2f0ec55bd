import { isDeepStrictEqual } from 'node:util'
import {
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  fieldsOf,
  isJsonInJson,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import {
  appsOf,
  claimed,
  claimsOf,
  hasCrashed,
  hasNoHandler,
  hasParseError,
  isResultMissing,
  isChannelPrinted,
  isResultIgnored,
  isTaken,
  isWon,
  lastClaim,
  lineAfterJob,
  messagesAboutUser,
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
    lookAt:
      'what you keep for a user: one socket, or a room with all of them? A socket joins the room when it connects, whether it asks for a job or not',
    requires: ({ fact }) =>
      fact.kind === 'event-missing' && fact.event === 'done' && fact.reached !== undefined,
  },
  {
    id: 's6-progress-to-all',
    likely: "The progress of one user's job is sent to all devices of all users.",
    lookAt: 'the target of the `progress` event',
    requires: ({ fact }) => fact.expectation === 'progress-of-another',
    shows: messagesAboutUser,
  },
  {
    id: 's6-result-to-all',
    likely: 'The result is sent to all devices of all users. The channel contains the user.',
    lookAt: 'the target of the `done` event',
    requires: ({ fact }) => fact.expectation === 'result-of-another',
    shows: messagesAboutUser,
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
    id: 's6-other-result-channel',
    likely: (evidence) => {
      const { channel, job, command } = wrongChannel(evidence) ?? {}
      if (command?.args[1]?.startsWith('DONE:'))
        return `The worker swaps the arguments of publish(): it publishes the message "${command.args[1]}" on the channel ${channel}.`
      return `The worker receives the job on ${job} and publishes its result on ${channel}. Web instances expect it on DONE:<userId>:<name>.`
    },
    lookAt:
      'the channel on which the worker publishes the result, the first argument of `publish()`',
    requires: (evidence) => isPlainlyMissing(evidence) && wrongChannel(evidence) !== undefined,
    shows: (evidence) => [
      received('worker', 'JOB:', evidence).at(-1)?.event,
      wrongChannel(evidence)?.command,
    ],
  },
  {
    id: 's6-other-result-fields',
    likely: (evidence) => {
      const message = resultWithoutField(evidence)?.args[1] ?? ''
      const inQuotes = isJsonInJson(message)
        ? ', text in quotes as after a second JSON.stringify()'
        : ''
      return `The message on DONE has no field \`result\`. It is ${message.slice(0, 60)}${inQuotes}, and the format of the lesson is {"result":…}.`
    },
    lookAt: 'TODO(3) in `worker.ts`: the message that is published on DONE',
    requires: (evidence) =>
      isNotHandedOn(evidence) && resultWithoutField(evidence) !== undefined,
    shows: (evidence) => [resultWithoutField(evidence)],
  },
  {
    id: 's6-other-event',
    likely: (evidence) =>
      `The result reached the web instance, and devices receive it as the event "${otherEvent(evidence)}". They wait for \`done\`.`,
    lookAt: 'the name of the event that you emit for a message on DONE',
    requires: (evidence) => isNotHandedOn(evidence) && otherEvent(evidence) !== undefined,
  },
  {
    id: 's6-other-done-fields',
    likely: (evidence) =>
      `Devices receive \`done\` with ${incompleteDone(evidence)?.slice(0, 80)}, and they expect {name, result}.`,
    lookAt: 'what you emit with `done`',
    requires: (evidence) =>
      isPlainlyMissing(evidence) &&
      received('web', 'DONE:', evidence).length > 0 &&
      incompleteDone(evidence) !== undefined,
  },
  {
    id: 's6-result-not-handed-on',
    likely:
      'The result reached the web instance, in the form of the lesson, and no device of the user receives `done`.',
    lookAt: (evidence) =>
      isResultIgnored(evidence)
        ? 'TODO(4) in `web.ts`: what you pass to `forwardToDevices()`, which has printed the channel. `pSubscribe()` calls its handler with the message, and then the channel'
        : '`socket.join()` and `io.to()` in `sockets.ts`: do both name the same room? Then the condition in front of `emit()`',
    requires: (evidence) =>
      isNotHandedOn(evidence) &&
      resultWithoutField(evidence) === undefined &&
      otherEvent(evidence) === undefined,
    shows: (evidence) => [
      publishedBy('worker', 'DONE:', evidence).at(-1),
      ...received('web', 'DONE:', evidence).map(({ event }) => event),
    ],
  },
  {
    id: 's6-job-id-repeated',
    likely: (evidence) =>
      `Two jobs have the same id, ${JSON.stringify(repeatedId(evidence))}. For the second one ${claimed(evidence)}, as the key of that id existed already, so the worker skips it.`,
    lookAt:
      'TODO(2) in `sockets.ts`: each job needs a new id, which no other job of any web instance has',
    requires: (evidence) =>
      isResultMissing(evidence) &&
      repeatedId(evidence) !== undefined &&
      isTaken(lastClaim(evidence)),
    shows: (evidence) => [
      ...publishedBy('web', 'JOB:', evidence).filter(({ args: [, message = ''] }) =>
        message.includes(String(repeatedId(evidence))),
      ),
      lastClaim(evidence),
    ],
  },
  {
    id: 's6-claim-without-id',
    likely: (evidence) =>
      `${claimed(evidence)} for a job with a new id: the key ${lastClaim(evidence)?.args[0]} existed already, as it does not contain the id of the job. So the worker skips this job.`,
    lookAt: 'TODO(5) in `worker.ts`: the key with which a worker claims a job',
    requires: (evidence) =>
      isResultMissing(evidence) &&
      repeatedId(evidence) === undefined &&
      isTaken(lastClaim(evidence)) &&
      !lastClaim(evidence)?.args[0]?.includes(lastJobId(evidence) ?? ''),
    shows: (evidence) => [
      ...appsOf('worker', evidence).flatMap((app) => claimsOf(app)),
      received('worker', 'JOB:', evidence).at(-1)?.event,
    ],
  },
  {
    id: 's6-other-job-fields',
    likely: (evidence) =>
      `The worker received the job and publishes no result. In the message on JOB ${jobProblem(evidence)}; the format of the lesson is {"id":"…","input":1000000}.`,
    lookAt: 'TODO(2) in `sockets.ts`: the message that is published on JOB',
    requires: (evidence) => hasNoResult(evidence) && jobProblem(evidence) !== undefined,
    shows: (evidence) => [received('worker', 'JOB:', evidence).at(-1)?.event],
  },
  {
    id: 's6-no-result',
    likely: (evidence) => {
      const line = lineAfterJob(evidence)
      const printed = line ? ` It printed "${line.slice(0, 100)}".` : ''
      return `The worker received the job and publishes no result on a DONE channel.${printed}`
    },
    lookAt: (evidence) =>
      isClaimedOnly(evidence)
        ? `TODO(5) in \`worker.ts\`: ${claimed(evidence)}, for which the package returns ${lastClaim(evidence)?.reply === 1 ? 'the number 1' : "the text 'OK'"}; does your code go on then? Then TODO(3): what it does after counting`
        : workedOn(evidence)
          ? 'TODO(3) in `worker.ts`: what the worker does after counting'
          : isChannelPrinted(evidence)
            ? 'the condition in front of that line in `worker.ts`, and what it uses: `readChannel()` returns `kind`, `user`, and `name`, `readJob()` returns `id` and `input`'
            : 'the handler of `pSubscribe()` in `worker.ts`: the message is its first parameter, the channel the second; then what `readJob()` returns, and what follows the counting',
    requires: (evidence) => hasNoResult(evidence) && jobProblem(evidence) === undefined,
    shows: (evidence) => [
      received('worker', 'JOB:', evidence).at(-1)?.event,
      lastClaim(evidence),
    ],
  },
]

// It claimed the job, and nothing that it sent shows that it began to count.
function isClaimedOnly(evidence: Evidence): boolean {
  const claim = lastClaim(evidence)
  const counts = publishedBy('worker', 'PROGRESS:', evidence)
  return isWon(claim) && !counts.some(({ seq }) => seq > (claim?.seq ?? 0))
}

// Nothing else that was seen explains why it is missing.
function isPlainlyMissing(evidence: Evidence): boolean {
  return (
    isResultMissing(evidence) &&
    evidence.fact.expectation !== 'odd-user-name' &&
    !hasCrashed('worker', evidence) &&
    !hasCrashed('web', evidence) &&
    !hasParseError(evidence) &&
    !hasNoHandler(evidence) &&
    warnsOfMessage(evidence) === undefined &&
    publishedBy('worker', 'JOB:', evidence).length === 0
  )
}

// The worker published nothing that could be the result, on any channel.
function hasNoResult(evidence: Evidence): boolean {
  return (
    isPlainlyMissing(evidence) &&
    received('worker', 'JOB:', evidence).length > 0 &&
    publishedBy('worker', 'DONE:', evidence).length === 0 &&
    wrongChannel(evidence) === undefined
  )
}

// A result on the right channel reached a web instance, and no device received `done`.
function isNotHandedOn(evidence: Evidence): boolean {
  return (
    isPlainlyMissing(evidence) &&
    received('web', 'DONE:', evidence).length > 0 &&
    wrongChannel(evidence) === undefined &&
    !(evidence.fact.kind === 'event-missing' && evidence.fact.last?.event === 'done')
  )
}

// A result that is not on the channel of its job, with DONE in the place of JOB. On PROGRESS a
// message with a result is one, too.
function wrongChannel(evidence: Evidence) {
  const jobs = received('worker', 'JOB:', evidence).map(({ channel }) => channel)
  const sent = publishedBy('worker', '', evidence).filter(
    ({ args: [channel = '', message = ''] }) =>
      !/^(instances$|JOB:)/.test(channel) &&
      (!channel.startsWith('PROGRESS:') || 'result' in parseJsonObject(message)),
  )
  const expected = jobs.map((channel) => channel.replace('JOB', 'DONE'))
  const job = jobs.at(-1)
  const command = sent.at(-1)
  const channel = command?.args[0]
  if (!command || job === undefined || channel === undefined) return undefined
  return expected.includes(channel) ? undefined : { channel, job, command }
}

function resultWithoutField(evidence: Evidence): CommandEvent | undefined {
  const last = publishedBy('worker', 'DONE:', evidence).at(-1)
  return 'result' in parseJsonObject(last?.args[1] ?? '{"result":0}') ? undefined : last
}

function otherEvent({ fact }: Evidence): string | undefined {
  const last = fact.kind === 'event-missing' ? fact.last?.event : undefined
  return last === 'done' || last === 'progress' ? undefined : last
}

// The latest `done` of a device, when fields are missing in it.
function incompleteDone({ fact }: Evidence): string | undefined {
  const last = fact.kind === 'event-missing' ? fact.last : undefined
  if (last?.event !== 'done') return undefined
  const { name, result } = fieldsOf(last.args[0])
  const isComplete = name === 'primes' && result !== undefined
  return isComplete ? undefined : JSON.stringify(last.args[0])
}

// What the latest job lacks of the format of the lesson.
function jobProblem(evidence: Evidence): string | undefined {
  const { message = '' } = received('worker', 'JOB:', evidence).at(-1) ?? {}
  if (isJsonInJson(message))
    return 'the object is in quotes, as after a second JSON.stringify()'
  const job = parseJsonObject(message)
  const missing = ['id', 'input'].find((field) => !(field in job))
  if (missing) return `the field \`${missing}\` is missing`
  const { id, input } = job
  if (typeof id !== 'string')
    return `\`id\` is ${JSON.stringify(id)?.slice(0, 40)}, which is not a string`
  if (typeof input === 'number') return undefined
  return `\`input\` is ${JSON.stringify(input)?.slice(0, 40)}, which is no number`
}

function lastJobId(evidence: Evidence): string | undefined {
  const { message = '' } = received('worker', 'JOB:', evidence).at(-1) ?? {}
  const { id } = parseJsonObject(message)
  return id === undefined ? undefined : String(id)
}

// The latest job has the id of an earlier one.
function repeatedId(evidence: Evidence): unknown {
  const jobs = publishedBy('web', 'JOB:', evidence).toSorted((a, b) => a.seq - b.seq)
  const ids = jobs.map(({ args: [, message = ''] }) => parseJsonObject(message)['id'])
  const last = ids.pop()
  return last !== undefined && ids.includes(last) ? last : undefined
}
