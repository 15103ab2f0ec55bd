import {
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  fieldsOf,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import { isResultMissing, publishedBy, received } from './evidence-queries.ts'

/** How is the name of a user written into a channel? */
export const userNames: Diagnosis[] = [
  {
    id: 's6-encodes-one-star',
    likely: ({ fact }) =>
      `You encode only the first \`*\` of a name: the job of the user a*b* is published on ${fact.kind === 'command-wrong' ? fact.command.args[0] : ''}.`,
    lookAt: '`encode()` in `channels.ts`: how many stars does `replace()` replace?',
    requires: ({ fact }) =>
      fact.kind === 'command-wrong' &&
      fact.expectation === 'one-star' &&
      /%2A.*\*/i.test(fact.command.args[0] ?? ''),
  },
  {
    id: 's6-encoded-twice',
    likely: (evidence) => {
      const { job, result } = resultEncodedTwice(evidence) ?? {}
      return result
        ? `The worker encodes a user id twice, and %25 is an encoded %: it receives the job on ${job?.args.at(-2)} and publishes the result on ${result.args[0]}.`
        : 'You encode a user id twice: %25 is an encoded %. `channelOf()` encodes what it is given.'
    },
    lookAt: (evidence) =>
      resultEncodedTwice(evidence)
        ? 'where `worker.ts` takes the user from: `readChannel()` decodes it, a piece of the channel is still encoded, and `channelOf()` encodes what it is given'
        : 'the calls of `encode()` and of `channelOf()`: only one of them encodes the user',
    requires: (evidence) =>
      isResultMissing(evidence) &&
      (resultEncodedTwice(evidence) !== undefined || jobsEncodedTwice(evidence).length > 0),
    shows: (evidence) => {
      const { job, result } = resultEncodedTwice(evidence) ?? {}
      return result ? [job, result] : jobsEncodedTwice(evidence)
    },
  },
  {
    id: 's6-users-share-a-channel',
    likely:
      'You do not encode the `%` of a name: the users a:b and a%3Ab share the channel JOB:a%3Ab:primes, and one receives the results of the other.',
    lookAt: '`encode()` in `channels.ts`: `decode()` must give back every name as it was',
    requires: ({ fact, ...evidence }) =>
      fact.expectation === 'odd-user-name' &&
      publishedBy('web', 'JOB:a%3Ab:', { fact, ...evidence }).length > 1,
    shows: (evidence) => publishedBy('web', 'JOB:a%3Ab:', evidence),
  },
  {
    id: 's6-name-not-restored',
    likely: (evidence) => {
      const [user, { args: [channel] = [] } = {}] = unrestorable(evidence) ?? []
      const why = caseChanged(evidence)
        ? 'upper and lower case are not kept, and users whose names differ only in case share a channel'
        : 'characters of it are replaced by others, or missing'
      return `The job of the user ${user} is published on ${channel}, from which the name of the user cannot be restored: ${why}.`
    },
    lookAt:
      '`encode()` in `channels.ts`: `decode()` must give back every name as it was; `encodeURIComponent()` replaces a character by its code, and keeps upper and lower case',
    requires: (evidence) =>
      isResultMissing(evidence) &&
      evidence.fact.expectation === 'odd-user-name' &&
      unrestorable(evidence) !== undefined,
    shows: (evidence) => [unrestorable(evidence)?.[1]],
  },
  {
    id: 's6-userid-with-colon',
    explainsCodeError: true,
    likely:
      'You publish a user id with ":" as it is, so the channel cannot be taken apart again.',
    lookAt:
      '`channelOf()` in `channels.ts`, which encodes names (`encodeURI()` leaves ":" as it is), and `ask()` in `sockets.ts`: the channel of the job comes from there',
    requires: (evidence) => {
      const { fact } = evidence
      const affected = isResultMissing(evidence) || fact.kind === 'event-unexpected'
      return (
        fact.expectation === 'odd-user-name' &&
        affected &&
        publishedBy('web', 'JOB:a:b:', evidence).length > 0
      )
    },
  },
]

function userOfFact({ fact }: Evidence): string {
  return /^JOB:(.*):primes$/s.exec(fact.channels?.[0] ?? '')?.[1] ?? ''
}

// The user, and a job on a channel from which the name cannot be restored.
function unrestorable(evidence: Evidence): [user: string, job: CommandEvent] | undefined {
  return caseChanged(evidence) ?? charactersChanged(evidence)
}

// A job on the channel of this user in another case, and none on the user's own.
function caseChanged(evidence: Evidence): [user: string, job: CommandEvent] | undefined {
  const user = userOfFact(evidence)
  const jobs = publishedBy('web', 'JOB:', evidence).map(
    (job) => [decoded(job.args[0]?.split(':')[1] ?? ''), job] as const,
  )
  const [, job] = jobs.find(([name]) => name.toLowerCase() === user.toLowerCase()) ?? []
  return job && jobs.every(([name]) => name !== user) ? [user, job] : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

// The same for a channel that has all letters of the name, and no code for the rest of it.
function charactersChanged(evidence: Evidence): [user: string, job: CommandEvent] | undefined {
  const user = userOfFact(evidence)
  const letters = user.replaceAll(/\W/g, '')
  const job = publishedBy('web', 'JOB:', evidence).find(({ args: [channel = ''] }) => {
    const [, part = '', ...more] = channel.split(':')
    const isShort = part.length === user.length || part === letters
    return more.length === 1 && isShort && /^[^%]*$/.test(part) && part !== user
      ? part.replaceAll(/[\W_]/g, '') === letters
      : false
  })
  return job && letters !== user ? [user, job] : undefined
}

// Jobs on the channel of this user, encoded twice. With none on its right channel, nor on one that
// is not encoded, they are not those of a user whose name looks like that.
function jobsEncodedTwice(evidence: Evidence): CommandEvent[] {
  const user = userOfFact(evidence)
  const once = encodeURIComponent(user)
  const on = (part: string) => publishedBy('web', `JOB:${part}:`, evidence)
  if (once === user || on(once).length + on(user).length > 0) return []
  return on(encodeURIComponent(once))
}

// A job that a worker received, and its result on the channel of an encoded user id.
function resultEncodedTwice(evidence: Evidence) {
  const results = publishedBy('worker', 'DONE:', evidence)
  for (const { channel, message, event: job } of received('worker', 'JOB:', evidence)) {
    const [, user = '', name = ''] = channel.split(':')
    const twice = `DONE:${encodeURIComponent(user)}:${name}`
    const { input } = parseJsonObject(message)
    const result = results.find(
      ({ args: [to, text = ''] }) =>
        to === twice && fieldsOf(parseJsonObject(text)['result'])['upTo'] === input,
    )
    if (user.includes('%') && result) return { job, result }
  }
  return undefined
}
