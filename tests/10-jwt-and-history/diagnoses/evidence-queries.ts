import {
  type CommandEvent,
  type Evidence,
  type PushEvent,
  commands,
  parseJsonObject,
  receivedMessages,
} from '../../../workshop/check/suite.ts'
import { mayRead } from '../helpers/catching-up.ts'
import { publicationsOf, storesOf } from '../helpers/storing.ts'
import { fieldsOfFact, textOf } from '../../shared/failed-expectations.ts'

/**
 * The messages with the text of the fact that Redis sent to the app of the device more than once on
 * one connection, on the same channel and for the same user; and the PUBLISH commands for them.
 */
export function repeatedOf(evidence: Evidence): [PushEvent[], CommandEvent[]] {
  const text = textOf(evidence)
  const pushes = evidence.app ? receivedMessages(evidence.app, text) : []
  const keyOf = ({ connection, args }: PushEvent) =>
    `${connection} ${addresseeOf(args.slice(-2))}`
  const same = pushes.map((push) => pushes.filter((one) => keyOf(one) === keyOf(push)))
  const [most = []] = same.toSorted((a, b) => b.length - a.length)
  const addressee = addresseeOf(most[0]?.args.slice(-2) ?? [])
  const publications = evidence.apps
    .flatMap((app) => publicationsOf(app, text))
    .filter(({ args }) => addresseeOf(args) === addressee)
  return [most, publications]
}

// The channel and the user of a message.
function addresseeOf([channel, json]: string[]): string {
  return JSON.stringify([channel, parseJsonObject(json ?? '')['id']])
}

/** The text that is not as often in the history as it should be. */
export function storedText(evidence: Evidence): string {
  return String(fieldsOfFact(evidence, 'stored-once')['text'] ?? '')
}

/** The command with which the app has read the history last. */
export function lastRead({ app }: Evidence): CommandEvent | undefined {
  return app && commands(app).findLast((one) => !one.handshake && mayRead(one))
}

/** The messages with the text of the fact that Redis has sent to the app of the device. */
export function liveOnes(evidence: Evidence): PushEvent[] {
  return evidence.app ? receivedMessages(evidence.app, textOf(evidence)) : []
}

/** Whether that names none of the keys under which the message was stored. */
export function isReadElsewhere(evidence: Evidence): boolean {
  const read = lastRead(evidence)
  const keys = evidence.apps
    .flatMap((app) => storesOf(app, storedText(evidence)))
    .flatMap(keysOf)
  return read !== undefined && keys.length > 0 && !read.args.some((arg) => keys.includes(arg))
}

function keysOf({ name, args }: CommandEvent): string[] {
  return /^(EVAL|FCALL)/.test(name) ? args.slice(2, 2 + Number(args[1])) : args.slice(0, 1)
}

/** Whether a read asks for a range from its end to its start. */
export function hasReversedRange(read: CommandEvent | undefined): boolean {
  const [, start, end] = read?.args ?? []
  return (
    (read?.name === 'XREVRANGE' && start === '-' && end === '+') ||
    (read?.name === 'XRANGE' && start === '+' && end === '-')
  )
}

/**
 * The message that was lost, and the one of another user with the same clientId, if both were sent to
 * Redis: see expectStoredForEachUser().
 */
export function withSameClientId({ fact, apps }: Evidence): CommandEvent[] {
  const text = fact.kind === 'stored-times' ? fact.text : ''
  const other = text === 'the second of grace' ? 'the first of ada' : 'a note of ada'
  return [other, text].flatMap((one) => apps.flatMap((app) => storesOf(app, one)).slice(0, 1))
}

/** The keys of both that a message with another clientId does not have. */
export function sharedKeys(evidence: Evidence): string[] {
  const [one = [], other = []] = withSameClientId(evidence).map(keysOf)
  const others = evidence.apps.flatMap((app) => storesOf(app, 'the first of grace'))
  const usual = new Set(others.flatMap(keysOf))
  return one.filter((key) => other.includes(key) && !usual.has(key))
}
