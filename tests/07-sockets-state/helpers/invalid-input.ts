import {
  type FactDetails,
  type ReceivedEvent,
  type SocketClient,
  ExpectationFailed,
  failUnless,
  fieldsOf,
} from '../../../workshop/check/suite.ts'
import { isRefusal, sendWithAck } from './acknowledgements.ts'
import type { ChatSession } from './chat-session.ts'
import { waitForDelivery } from './delivery.ts'

// What a device could send that is not what was agreed on.

const secret = 'SECRET'
const args = { to: 'grace', text: secret }
const event = 'sendMessage'

/** What every object has, so has a table of handlers or users that is one. */
export const prototypeNames = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
]

const invalidMessages: Readonly<Record<string, readonly unknown[]>> = {
  'unknown-event': [
    { event: 'nope', args },
    { event: 'messageSent', args: { from: 'grace', ...args } },
  ],
  'inherited-event': [
    ...prototypeNames.map((name) => ({ event: name, args })),
    { event: '__defineGetter__', args },
    { event: '__lookupGetter__', args },
  ],
  envelope: [null, secret, 42, true, [], [event, args], {}, { args }],
  'event-type': [
    { event: null, args },
    { event: 42, args },
    { event: { toString: 1 }, args },
    { event: [event], args: {} },
  ],
  arguments: [
    { event },
    ...[null, secret, 42, [], ['grace', secret], {}].map((one) => ({ event, args: one })),
    { event, args: { to: 'grace' } },
    { event, args: { text: secret } },
    ...[null, 42, ['grace'], { toString: 1 }, { user: 'grace' }].map((to) => ({
      event,
      args: { ...args, to },
    })),
    ...[null, 42, true, [secret], { a: { b: [secret] } }].map((text) => ({
      event,
      args: { ...args, text },
    })),
  ],
}

/** A device sends invalid input of all kinds. @param good the acknowledgement of valid input */
export async function expectRejectsInvalid(
  chat: ChatSession,
  sender: SocketClient,
  good: readonly unknown[],
): Promise<void> {
  for (const [expectation, list] of Object.entries(invalidMessages)) {
    for (const sent of list) {
      const details = { expectation, when: `, after ${shortened(JSON.stringify(sent))}` }
      const mark = sender.received.length
      const answer = await harmless(chat, sender, details, () => sendWithAck(sender, sent))
      const complaint = () => sender.received.slice(mark).find(isErrorEvent)?.args
      await refused(chat, sender, details, () => answer.args ?? complaint(), good)
    }
  }
  const nothing = { expectation: 'envelope', when: ', after a `message` without arguments' }
  await harmless(chat, sender, nothing, () => sender.emit('message'))
  const text = {
    expectation: 'no-function',
    when: ', after a `message` with a text in place of the acknowledgement',
  }
  await harmless(chat, sender, text, () =>
    sender.emit('message', { event: 'nope', args }, 'not a function'),
  )
}

/** A text of the length of a book, from a device of its own: the server may disconnect it. */
export async function expectRejectsHugeText(
  chat: ChatSession,
  sender: SocketClient,
): Promise<void> {
  const tablet = await chat.join('ada', 'tablet')
  const details = { expectation: 'huge-text', when: ', after a text of 1 MB' }
  const book = { event, args: { to: 'grace', text: secret + 'x'.repeat(2 ** 20) } }
  await harmless(chat, sender, details, async () => {
    const answer = sendWithAck(tablet, book)
    const look = () => answer.args ?? (tablet.connected ? undefined : [])
    await chat.testBed.poll(look, { withinMs: 2_000 })
    chat.removeDevice(tablet)
  })
}

// A valid message is sent after it: that comes the same way, so all else has come by then.
async function harmless<T>(
  chat: ChatSession,
  sender: SocketClient,
  details: FactDetails,
  act: () => T | Promise<T>,
): Promise<T> {
  const received = new Map(chat.all.map((device) => [device, device.received.length]))
  const result = await act()
  const next = {
    from: 'ada',
    to: 'grace',
    text: `are you there? (${sender.received.length})`,
  }
  sender.emit('message', { event, args: { to: 'grace', text: next.text } })
  await waitForDelivery(chat, sender, next, details)
  for (const device of chat.all) {
    const since = device.received.slice(received.get(device))
    const leak = since.find((one) => isLeak(one, next.text))
    failUnless(leak === undefined, {
      kind: 'event-unexpected',
      app: chat.app.name,
      client: device.name,
      event: leak?.event ?? '',
      args: leak?.args ?? [],
      ...details,
    })
  }
  return result
}

async function refused(
  { testBed, app }: ChatSession,
  { name: client }: SocketClient,
  details: FactDetails,
  look: () => readonly unknown[] | undefined,
  good: readonly unknown[],
): Promise<void> {
  const found = await testBed.poll(look, { withinMs: 2_000 })
  if (found && isRefusal(found, good)) return
  const subject = { app: app.name, client, event: 'message', ...details }
  throw new ExpectationFailed(
    found
      ? { kind: 'ack-wrong', ...subject, args: found, should: 'an error', valid: good }
      : { kind: 'ack-missing', ...subject },
  )
}

function isErrorEvent({ event: name, args: [first] }: ReceivedEvent): boolean {
  const { event: inner, error } = fieldsOf(first)
  const words = /err|fail|refus|reject|unknown|invalid|problem|denied|wrong|bad/i
  return words.test(name) || words.test(String(inner)) || Boolean(error)
}

function isLeak(received: ReceivedEvent, expected: string): boolean {
  const { event: name, args: values } = received
  const inner = fieldsOf(values[0])
  const sent = name === 'messageSent' || inner['event'] === 'messageSent'
  const isExpected = fieldsOf(inner['args'])['text'] === expected
  return (
    (sent && !isExpected) ||
    (JSON.stringify(values).includes(secret) && !isErrorEvent(received))
  )
}

function shortened(text: string): string {
  return text.length > 90 ? `${text.slice(0, 89)}…` : text
}
