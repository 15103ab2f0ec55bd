import { isDeepStrictEqual } from 'node:util'
import {
  type FactDetails,
  type SocketClient,
  ExpectationFailed,
  failUnless,
  fieldsOf,
} from '../../../workshop/check/suite.ts'
import { type Message, countReceived, mentions, messageSent } from '../../shared/chat.ts'
import type { ChatSession } from './chat-session.ts'

// How a device's message is acknowledged.

/** What something was acknowledged with, as soon as that has come. */
export interface Ack {
  args?: readonly unknown[]
}

/** Sends a message and asks for an acknowledgement. */
export function sendWithAck(device: SocketClient, ...sent: unknown[]): Ack {
  const answer: Ack = {}
  device.emit('message', ...sent, (...args: unknown[]) => {
    answer.args = args
  })
  return answer
}

/**
 * A device that sends a message in the moment in which it is connected is served.
 *
 * @returns the acknowledgement
 */
export async function expectReceivedOnConnect(
  chat: ChatSession,
  message: Message,
): Promise<Ack> {
  const { testBed, app } = chat
  const { from, to, text } = message
  const name = `${from}'s phone`
  const device = testBed.socketClient(app, { name, auth: { token: `token-of-${from}` } })
  const send = (what: string) =>
    sendWithAck(device, { event: 'sendMessage', args: { to, text: what } })
  let answer: Ack = {}
  await device.connect(() => (answer = send(text)))
  chat.addDevice(from, device)
  const missing = (what: Message) =>
    chat.devicesOf(from, to).filter((one) => countReceived(one, what) === 0)
  // Later ones, until one arrives: then the first one was lost.
  const later = { ...message, text: `${text} (later)` }
  const again = setInterval(() => device.connected && send(later.text), 250)
  const look = () => missing(message).length === 0 || app.instance.exit
  const shortenWhen = () => missing(later).length === 0
  await testBed.poll(look, { shortenWhen }).finally(() => clearInterval(again))
  const [first] = missing(message)
  if (!first) return answer
  throw new ExpectationFailed({
    ...first.missingEvent('message'),
    args: [messageSent(message)],
    sender: name,
    when: `that ${name} sends in the moment in which it is connected`,
    retry: { form: 'same', received: shortenWhen() },
  })
}

/** Waits until a message that was sent is acknowledged, in whatever way. */
export async function waitForAck(
  { app, testBed }: ChatSession,
  answer: Ack,
  details: FactDetails = {},
): Promise<readonly unknown[]> {
  const args = await testBed.poll(() => answer.args, {
    withinMs: 2_000,
    shortenWhen: () => app.instance.exit !== undefined,
  })
  if (args) return args
  throw new ExpectationFailed({
    kind: 'ack-missing',
    app: app.name,
    client: 'a device',
    event: 'message',
    ...details,
  })
}

/** An acknowledgement holds the answer in front, where the device looks for it. */
export function expectAnswerFirst({ app }: ChatSession, args: readonly unknown[]): void {
  const [first, ...others] = args
  failUnless((first ?? undefined) !== undefined || others.length === 0, {
    kind: 'ack-wrong',
    expectation: 'answer-first',
    app: app.name,
    client: 'a device',
    event: 'message',
    args,
    should: 'its answer as the first argument',
  })
}

/** A valid message is acknowledged without an error. */
export function expectNoError(
  { app }: ChatSession,
  args: readonly unknown[],
  details: FactDetails = { expectation: 'valid', when: ', as it is valid' },
): void {
  failUnless(!fieldsOf(args[0])['error'], {
    kind: 'ack-wrong',
    app: app.name,
    client: 'a device',
    event: 'message',
    args,
    should: 'no error',
    ...details,
  })
}

/** Whether no device has received a message, and it was answered otherwise than a good one. */
export function isRefusedSilently(
  chat: ChatSession,
  message: Message,
  { args }: Ack,
  good: Ack,
): boolean {
  const silent = chat.all.every((device) => mentions(device, message).length === 0)
  return silent && args !== undefined && isRefusal(args, good.args ?? [])
}

/**
 * Whether an acknowledgement refuses. Whatever form an error has: it holds something, and not what
 * it holds when all is well.
 */
export function isRefusal(answer: readonly unknown[], good: readonly unknown[]): boolean {
  return !isDeepStrictEqual(answer, good) && answer.some(holdsSomething)
}

function holdsSomething(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !value.startsWith('[object ')
  if (typeof value === 'object') return Object.keys(value ?? {}).length > 0
  return value !== undefined && value !== true
}
