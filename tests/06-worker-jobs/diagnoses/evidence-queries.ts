import { isDeepStrictEqual } from 'node:util'
import {
  type CommandEvent,
  type AppEvidence,
  type Evidence,
  type PushEvent,
  type WireEvent,
  commands,
  crashed,
  fieldsOf,
  parseJsonObject,
  printedOnStderr,
  published,
  receivedMessages,
  stderrMatches,
  subscriptions,
} from '../../../workshop/check/suite.ts'

// What the diagnoses of step 6 ask, of all web instances or all workers.

type Role = 'web' | 'worker'

/** The web instances, or the workers. */
export function appsOf(role: Role, { apps }: Evidence): AppEvidence[] {
  return apps.filter(({ name }) => name.startsWith(role))
}

/** What they have published on channels that begin so. */
export function publishedBy(role: Role, start: string, evidence: Evidence): CommandEvent[] {
  return appsOf(role, evidence)
    .flatMap((app) => published(app))
    .filter(({ args }) => args[0]?.startsWith(start))
}

/** A message, as it reached an app. */
interface Message {
  channel: string
  message: string
  seq: number
  event: PushEvent
}

/** The messages on channels that begin so which have reached an app. */
export function messagesOf(app: AppEvidence, start: string): Message[] {
  return receivedMessages(app)
    .map((event) => {
      const [channel = '', message = ''] = event.args.slice(-2)
      return { channel, message, seq: event.seq, event }
    })
    .filter(({ channel }) => channel.startsWith(start))
}

/** The same for all apps of a role. */
export function received(role: Role, start: string, evidence: Evidence): Message[] {
  return appsOf(role, evidence).flatMap((app) => messagesOf(app, start))
}

/** The channels or patterns they have subscribed to with this command. */
export function subscribedBy(
  role: Role,
  command: 'SUBSCRIBE' | 'PSUBSCRIBE',
  evidence: Evidence,
): string[] {
  return appsOf(role, evidence)
    .flatMap((app) => subscriptions(app))
    .filter(({ name }) => name === command)
    .flatMap(({ args }) => args)
}

/** Whether one of them ended with an error. */
export function hasCrashed(role: Role, evidence: Evidence): boolean {
  return appsOf(role, evidence).some(crashed)
}

/** Whether a device has not received the result of a job, and no other device of its user has. */
export function isResultMissing({ fact }: Evidence): boolean {
  return fact.kind === 'event-missing' && fact.event === 'done' && !fact.reached
}

/** Whether a subscription has no function for its messages: the package prints this error. */
export function hasNoHandler(evidence: Evidence): boolean {
  return printedOnStderr(evidence, /listener is not a function/)
}

/** Whether it failed after invalid input. */
export function isAfterInvalidInput({ fact }: Evidence): boolean {
  return (
    fact.expectation === 'after-invalid-jobs' || fact.expectation === 'after-malformed-messages'
  )
}

/** Whether a program printed the error of a JSON.parse() that failed. */
export function hasParseError(evidence: Evidence): boolean {
  return printedOnStderr(evidence, /not valid JSON|in JSON at|end of JSON/)
}

/** The messages on PROGRESS or DONE that hold what a device received of another user's job. */
export function messagesAboutUser({ fact, ...evidence }: Evidence): WireEvent[] {
  const [value] = fact.kind === 'event-unexpected' && Array.isArray(fact.args) ? fact.args : []
  const { result, done } = fieldsOf(value)
  const text = JSON.stringify(result === undefined ? { done } : { result })
  const isMeant = (message = '') =>
    isDeepStrictEqual(parseJsonObject(message), JSON.parse(text))
  return [
    ...publishedBy('worker', '', { fact, ...evidence }).filter(({ args }) => isMeant(args[1])),
    ...received('web', '', { fact, ...evidence }).flatMap(({ message, event }) =>
      isMeant(message) ? event : [],
    ),
  ]
}

/**
 * Which of them warned of a message and showed the text of the message where the channel belongs:
 * nothing that it printed on stderr names the channel.
 */
export function warnsOfMessage(evidence: Evidence): Role | undefined {
  return (['worker', 'web'] as const).find((role) => {
    const start = role === 'worker' ? 'JOB:' : 'DONE:'
    return appsOf(role, evidence).some((app) =>
      messagesOf(app, start).some(({ channel, message }) => {
        return stderrHolds(app, message) && !stderrHolds(app, channel)
      }),
    )
  })
}

function stderrHolds(app: AppEvidence, text: string): boolean {
  const words = text.replaceAll(/\W/g, '').slice(0, 20)
  const lines = app.lines.filter(({ stream }) => stream === 'stderr')
  return words !== '' && lines.some((line) => line.text.replaceAll(/\W/g, '').includes(words))
}

/** The first line that a worker printed after it had received its last job. */
export function lineAfterJob(evidence: Evidence): string | undefined {
  return appsOf('worker', evidence)
    .flatMap((app) => {
      const job = messagesOf(app, 'JOB:').at(-1)
      return app.lines.filter(({ seq }) => job !== undefined && seq > job.seq)
    })
    .find(({ text }) => text.trim())?.text
}

/** Whether that line names the channel of the job: the channel arrived as it was. */
export function isChannelPrinted(evidence: Evidence): boolean {
  const { channel } = received('worker', 'JOB:', evidence).at(-1) ?? {}
  return channel !== undefined && Boolean(lineAfterJob(evidence)?.includes(channel))
}

/** Whether a web instance printed the channel of a result that it had received. */
export function isResultIgnored(evidence: Evidence): boolean {
  return appsOf('web', evidence).some((app) =>
    messagesOf(app, 'DONE:').some(({ channel, seq }) =>
      app.lines.some((line) => line.seq > seq && line.text.includes(channel)),
    ),
  )
}

/** Whether a worker sent any command after it had received its last job. */
export function workedOn(evidence: Evidence): boolean {
  return appsOf('worker', evidence).some((app) => {
    const job = messagesOf(app, 'JOB:').at(-1)
    return job !== undefined && commands(app).some(({ seq }) => seq > job.seq)
  })
}

/** Whether a web instance calls an acknowledgement that a client did not ask for. */
export function callsNoFunction(evidence: Evidence): boolean {
  return appsOf('web', evidence).some(
    (app) => crashed(app) && stderrMatches(app, /TypeError: \w+ is not a function/),
  )
}

/** The latest SET … NX or SETNX of a worker that received the latest job. */
export function lastClaim(evidence: Evidence): CommandEvent | undefined {
  const [worker] = appsOf('worker', evidence)
  const job = worker && messagesOf(worker, 'JOB:').at(-1)
  return worker && job && claimsOf(worker).findLast(({ seq }) => seq > job.seq)
}

/** All with which a worker has claimed jobs. */
export function claimsOf(worker: AppEvidence): CommandEvent[] {
  return commands(worker).filter(
    ({ name, args }) => name === 'SETNX' || (name === 'SET' && args.includes('NX')),
  )
}

/** Whether the worker was the first. */
export function isWon(claim: CommandEvent | undefined): boolean {
  return claim?.reply === 'OK' || claim?.reply === 1
}

/** Whether the key existed already. */
export function isTaken(claim: CommandEvent | undefined): boolean {
  return claim?.reply === null || claim?.reply === 0
}

/** "SET … NX returned OK", as Redis has replied. */
export function claimed(evidence: Evidence): string {
  const { name, reply } = lastClaim(evidence) ?? {}
  return `${name === 'SETNX' ? name : 'SET … NX'} returned ${reply === null ? 'nil' : String(reply)}`
}
