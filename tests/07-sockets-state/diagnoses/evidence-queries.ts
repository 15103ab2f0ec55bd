import {
  type Evidence,
  type Fact,
  type Retry,
  crashed,
  fieldsOf,
  parseJsonObject,
  stderrMatches,
  uncaughtError,
} from '../../../workshop/check/suite.ts'

// What the diagnoses of the chat ask of the evidence.

type Question = (evidence: Evidence) => boolean
type EventMissing = Extract<Fact, { kind: 'event-missing' }>

/** Whether all of it is true. */
export function all(...questions: Question[]): Question {
  return (evidence) => questions.every((question) => question(evidence))
}

/** Whether the instance ended with an error. */
export function hasCrashed({ app }: Evidence): boolean {
  return app !== undefined && crashed(app)
}

/** Where the error was thrown that ended the instance, if that is known, and what to look for. */
export function placeOfCrash({ app }: Evidence, what: string): string {
  const frame = app && uncaughtError(app)?.frame
  return frame ? `${frame}: ${what}` : what
}

/** Whether the instance printed a line like this on stderr. */
export function stderr(pattern: RegExp): Question {
  return ({ app }) => app !== undefined && stderrMatches(app, pattern)
}

/** Whether the instance ended as it called an acknowledgement that is no function. */
export const callsNoFunction = all(hasCrashed, stderr(/TypeError: \w+ is not a function/))

/** Whether one of these expectations of the suite failed. */
export function isAbout(...expectations: string[]): Question {
  return ({ fact }) => expectations.includes(fact.expectation ?? '')
}

/** Whether it failed with valid messages alone, and before any device had disconnected. */
export function isOrdinary({ fact }: Evidence): boolean {
  return fact.expectation === undefined || fact.expectation === 'false-identity'
}

const invalidInput = new Set([
  'unknown-event',
  'inherited-event',
  'envelope',
  'event-type',
  'arguments',
  'no-function',
  'huge-text',
])

/** Whether an expectation is about input that was not agreed on. */
export function isInvalidInput(expectation = ''): boolean {
  return invalidInput.has(expectation)
}

/** Whether it had the effect that was missed when it was sent in this form. */
export function retried(form: Retry['form']): Question {
  return ({ fact }) => {
    const retry = 'retry' in fact ? fact.retry : undefined
    return retry?.form === form && retry.received
  }
}

// Devices that are let in, or refused.

/** Whether a device was let in that should not be, and stayed. */
export function isAcceptedWrongly({ fact }: Evidence): boolean {
  return fact.kind === 'socket-accepted' && !fact.refused && !fact.disconnected
}

/** Whether a device with a known token was refused. */
export function isRefused({ fact }: Evidence): boolean {
  return fact.kind === 'socket-refused' && fact.expectation === undefined
}

/** Whether such a device was refused in every way in which it asked. */
export function isRefusedAlways(evidence: Evidence): boolean {
  const { fact, app } = evidence
  const received = fact.kind === 'socket-refused' && fact.retry?.received
  return isRefused(evidence) && !received && !app?.exit
}

/** Whether the refusal is the program's own: socket.io-client has other words for a lost way. */
export function hasAnswered({ fact }: Evidence): boolean {
  return fact.kind === 'socket-refused' && !/^(websocket error|timeout|xhr)/.test(fact.message)
}

// Messages that do not arrive, or in another form.

function missing({ fact }: Evidence): EventMissing | undefined {
  return fact.kind === 'event-missing' && fact.event === 'message' ? fact : undefined
}

/** The message that should have come. */
export function messageOf(fact: Fact): Record<string, unknown> {
  const [first] = 'args' in fact && Array.isArray(fact.args) ? fact.args : []
  return fieldsOf(fieldsOf(first)['args'])
}

/** What a device received in place of a message. */
interface OtherForm {
  event: string
  args0: unknown
  /** The fields of the first argument, and of the `args` in it. */
  envelope: Record<string, unknown>
  args: Record<string, unknown>
  all: readonly unknown[]
}

/** Whether a device received a message in another form, and this is true of it. */
export function receivedInstead(
  isIt: (form: OtherForm, message: Record<string, unknown>) => boolean,
): Question {
  return (evidence) => {
    const form = formInstead(evidence)
    return form !== undefined && isIt(form, messageOf(evidence.fact))
  }
}

/** The other form in which a device received a message. */
export function formInstead({ fact }: Evidence): OtherForm | undefined {
  const instead = fact.kind === 'event-missing' ? fact.instead : undefined
  if (!instead) return undefined
  const [args0] = instead.args
  const envelope = fieldsOf(args0)
  const args = fieldsOf(envelope['args'])
  return { event: instead.event, args0, envelope, args, all: instead.args }
}

/** Whether JSON text arrived. */
export function isStringified({ all: values }: OtherForm): boolean {
  return values.some(
    (value) => typeof value === 'string' && Object.keys(parseJsonObject(value)).length > 0,
  )
}

/** Whether it arrived as `message` with an object that names an event. */
export function hasEnvelope({ event, envelope }: OtherForm): boolean {
  return event === 'message' && 'event' in envelope
}

/** Whether it arrived as `messageSent` with an object of arguments. */
export function isMessage(form: OtherForm): boolean {
  return (
    hasEnvelope(form) &&
    form.envelope['event'] === 'messageSent' &&
    !Array.isArray(form.envelope['args'])
  )
}

/** Whether all of it is right but for `from`. */
export function isIntact(form: OtherForm, { fact }: Evidence): boolean {
  const { to, text } = messageOf(fact)
  return isMessage(form) && form.args['to'] === to && form.args['text'] === text
}

/** Whether a value is the name of a user. */
export function isUser(value: unknown): boolean {
  return ['ada', 'grace', 'linus'].includes(String(value))
}

/** Whether no device received it, in any form. */
export function reachesNone(evidence: Evidence): boolean {
  const fact = missing(evidence)
  return (
    fact !== undefined &&
    fact.connected &&
    !fact.reached &&
    !fact.instead &&
    fact.retry?.received === false &&
    !evidence.app?.exit
  )
}

/** Whether the message was acknowledged when it was sent once more. */
export function isAnswered({ fact }: Evidence): boolean {
  return fact.kind === 'event-missing' && fact.retry?.ack !== undefined
}

/** Whether that acknowledgement reads like an error. */
export function isAnsweredWithError({ fact }: Evidence): boolean {
  const ack = fact.kind === 'event-missing' ? fact.retry?.ack : undefined
  return ack !== undefined && /err|unknown|no |not |invalid|bad/i.test(JSON.stringify(ack))
}

/** The text that was refused, and the latest one that was delivered before, if any was. */
export function refusedText({ fact }: Evidence): { refused: string; delivered?: string } {
  const others = fact.kind === 'event-missing' ? (fact.others ?? []) : []
  const delivered = others.at(-1)
  return {
    refused: String(messageOf(fact)['text']),
    ...(delivered !== undefined && { delivered }),
  }
}

// Which devices a message reaches.

/** The devices that received it and should not have. */
export function otherRecipients({ reached = [], clients = reached }: EventMissing): string[] {
  return reached.filter((name) => !clients.includes(name))
}

/** Which of the devices of both users a message has reached. */
type Reach =
  | 'only-sender'
  | 'all-but-sender'
  | 'no-other-own'
  | 'no-own'
  | 'none-of-receiver'
  | 'last-of-each'
  | 'first-of-each'
  | 'all-but-first'
  | 'some'

/** Whether a valid message reached these devices and no others. */
export function reaches(which: Reach): Question {
  return (evidence) => {
    const fact = missing(evidence)
    const plain = isOrdinary(evidence) || isAbout('to-yourself')(evidence)
    return fact !== undefined && plain && !evidence.app?.exit && reachOf(fact) === which
  }
}

function reachOf(fact: EventMissing): Reach | undefined {
  const { reached = [], clients = [], sender = '' } = fact
  if (reached.length === 0 || otherRecipients(fact).length > 0 || fact.instead) return undefined
  if (fact.retry?.received) return undefined
  const { from, to } = messageOf(fact)
  const own = clients.filter((name) => belongsTo(name, from))
  const other = clients.filter((name) => belongsTo(name, to))
  const missed = clients.filter((name) => !reached.includes(name))
  const each = (at: number) => [own, other].flatMap((names) => names.at(at) ?? [])
  if (same(reached, [sender])) return 'only-sender'
  if (same(missed, [sender])) return 'all-but-sender'
  if (from !== to && same(missed, own)) return 'no-own'
  if (from !== to && same(missed, other)) return 'none-of-receiver'
  if (from !== to && own.length > 1 && other.length > 1) {
    if (same(reached, each(-1))) return 'last-of-each'
    if (same(reached, each(0))) return 'first-of-each'
    if (same(missed, each(0))) return 'all-but-first'
  }
  const others = own.filter((name) => name !== sender)
  return same(missed, others) ? 'no-other-own' : 'some'
}

// The suite names devices so: ada's phone.
function belongsTo(name: string, user: unknown): boolean {
  return name.startsWith(`${String(user)}'s `)
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one))
}

/** Whether a device received a message too often, and no other device received it. */
export function isRepeated({ fact }: Evidence): boolean {
  return fact.kind === 'event-repeated' && fact.seen > 1 && (fact.also ?? []).length === 0
}

/** Whether the message has one user as sender and receiver. */
export function isToOneself({ fact }: Evidence): boolean {
  const { from, to } = messageOf(fact)
  return from === to
}

// Devices that have disconnected.

/** Whether a message did not arrive after one device of its receiver had disconnected. */
export function isAfterDisconnect(evidence: Evidence): boolean {
  const { fact, app } = evidence
  return fact.kind === 'event-missing' && fact.expectation === 'after-disconnect' && !app?.exit
}

/** Whether a message reached any device, its sender's included. */
export function reachedAny({ fact }: Evidence): boolean {
  return fact.kind === 'event-missing' && (fact.reached ?? []).length > 0
}

/** Whether another device of the receiver got it. */
export function reachedReceiver({ fact }: Evidence): boolean {
  const reached = fact.kind === 'event-missing' ? (fact.reached ?? []) : []
  return reached.some((name) => belongsTo(name, messageOf(fact)['to']))
}

/** Whether `GET /state` counts devices that are not connected. */
export function countsWrong({ fact }: Evidence): boolean {
  return fact.expectation === 'device-count'
}

/** Whether it lists a user with 0 devices. */
export function countsNone({ fact }: Evidence): boolean {
  if (fact.kind !== 'http-wrong') return false
  const { devices } = parseJsonObject(fact.response.text)
  return Object.values(fieldsOf(devices)).includes(0)
}

// Answers to invalid input.

/** Whether invalid input reached a device. */
export function isLeak({ fact }: Evidence): boolean {
  return fact.kind === 'event-unexpected'
}

/** Whether what should have been refused has a receiver, and no text. */
export function isTextMissing({ fact }: Evidence): boolean {
  if (fact.kind !== 'event-unexpected' || !Array.isArray(fact.args)) return false
  const { to, text } = fieldsOf(fieldsOf(fact.args[0])['args'])
  return typeof to === 'string' && text === undefined
}

/** Whether invalid input was acknowledged like valid input, or with nothing. */
export function isWrongAnswer({ fact }: Evidence): boolean {
  return (
    fact.kind === 'ack-wrong' &&
    isInvalidInput(fact.expectation) &&
    fact.expectation !== 'inherited-event'
  )
}

/** Whether valid input is acknowledged with the same. */
export function isSameAnswer({ fact }: Evidence): boolean {
  return fact.kind === 'ack-wrong' && JSON.stringify(fact.args) === JSON.stringify(fact.valid)
}

/** Whether the acknowledgement is what becomes of an Error on its way. */
export function isEmptyObject({ fact }: Evidence): boolean {
  return fact.kind === 'ack-wrong' && isEmptied(fact.args)
}

/** Whether valid input is acknowledged with an empty object, too. */
export function isAlwaysEmptyObject(evidence: Evidence): boolean {
  const { fact } = evidence
  return fact.kind === 'ack-wrong' && isEmptyObject(evidence) && isEmptied(fact.valid ?? [])
}

function isEmptied(args: readonly unknown[]): boolean {
  return /^\[\{\}\]$|\[object Object\]/.test(JSON.stringify(args))
}
