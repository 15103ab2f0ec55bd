import { isRefusal, sendWithAck } from './acknowledgements.ts'
import { waitForDelivery } from './delivery.ts'
import { type ChatSession, crashReason } from './chat-session.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import { expectTrue } from '../../../workshop/check/expectation.ts'
import { type ReceivedEvent, describeEvent } from '../../../workshop/check/socket-events.ts'
import { pollEvery, fieldsOf } from '../../06-worker-jobs/helpers/jobs.ts'
import { waitFor } from '../../../workshop/check/wait-for.ts'

// What a device could say that is not what was agreed on.

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
  'the unknown event': [
    { event: 'nope', args },
    { event: 'messageSent', args: { from: 'grace', ...args } },
  ],
  'the unknown event that every object has': [
    ...prototypeNames.map((name) => ({ event: name, args })),
    { event: '__defineGetter__', args },
    { event: '__lookupGetter__', args },
  ],
  'the envelope': [
    null,
    secret,
    42,
    true,
    [],
    [event, args],
    {},
    { args },
    { event: null, args },
    { event: 42, args },
    { event: { toString: 1 }, args },
    { event: [event], args: {} },
  ],
  'the arguments of': [
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

/** A device says all kinds of nonsense. @param good what it is answered when all is well */
export async function expectRejectsInvalid(
  room: ChatSession,
  sender: SocketClient,
  good: readonly unknown[],
): Promise<void> {
  for (const [kind, list] of Object.entries(invalidMessages)) {
    for (const said of list) {
      const words = `${kind} ${JSON.stringify(said)}`
      const mark = sender.received.length
      const answer = await harmless(room, sender, words, () => sendWithAck(sender, said))
      const complaint = () => sender.received.slice(mark).find(isErrorEvent)?.args
      await refused(room, words, () => answer.args ?? complaint(), good)
    }
  }
  await harmless(room, sender, 'a "message" with nothing in it', () => sender.emit('message'))
  await harmless(room, sender, 'a "message" with a text in place of a function', () =>
    sender.emit('message', { event: 'nope', args }, 'not a function'),
  )
}

/** A text as long as a book, from a device of its own: the server may hang up on that. */
export async function expectRejectsHugeText(
  room: ChatSession,
  sender: SocketClient,
): Promise<void> {
  const tablet = await room.join('ada', 'tablet')
  const words = 'a text of 1 MB'
  const book = { event, args: { to: 'grace', text: secret + 'x'.repeat(2 ** 20) } }
  await harmless(room, sender, words, async () => {
    const answer = sendWithAck(tablet, book)
    await waitFor({
      poll: () => answer.args ?? (tablet.connected ? undefined : 'hung up'),
      onChange: pollEvery(10),
      withinMs: 2_000,
      signal: room.stage.signal,
    })
    room.removeDevice(tablet)
  })
}

// The fence: what is sent after it comes the same way, and nothing else has come by then.
async function harmless<T>(
  room: ChatSession,
  sender: SocketClient,
  words: string,
  play: () => T | Promise<T>,
): Promise<T> {
  const heard = new Map(room.all.map((device) => [device, device.received.length]))
  const result = await play()
  const fence = { from: 'ada', to: 'grace', text: `are you there? (${sender.received.length})` }
  sender.emit('message', { event, args: { to: 'grace', text: fence.text } })
  await waitForDelivery(room, sender, fence, `, after ${shortened(words)}`)
  for (const device of room.all) {
    const since = device.received.slice(heard.get(device))
    const leak = since.find((one) => isLeak(one, fence.text))
    const received = leak ? `${device.name} heard ${describeEvent(leak)}` : ''
    expectTrue(!leak, `${shortened(words)} to reach nobody`, received, room.program.name)
  }
  return result
}

async function refused(
  { stage, program }: ChatSession,
  words: string,
  poll: () => readonly unknown[] | undefined,
  good: readonly unknown[],
): Promise<void> {
  const found = await waitFor({
    poll,
    onChange: pollEvery(10),
    withinMs: 2_000,
    signal: stage.signal,
  })
  const ended = found ? undefined : await crashReason(program)
  expectTrue(
    !ended,
    `${shortened(words)} to be answered with an error`,
    ended ?? '',
    program.name,
  )
  const received = found && (JSON.stringify(found).slice(1, -1) || 'nothing')
  expectTrue(
    found !== undefined && isRefusal(found, good),
    `${shortened(words)} to be answered with an error`,
    received ? `it was answered with ${received}` : 'no answer came',
    program.name,
  )
}

function isErrorEvent({ event: name, args: [first] }: ReceivedEvent): boolean {
  const { event: inner, error } = fieldsOf(first)
  const words = /err|fail|refus|reject|unknown|invalid|problem|denied|wrong|bad/i
  return words.test(name) || words.test(String(inner)) || Boolean(error)
}

function isLeak(heard: ReceivedEvent, fence: string): boolean {
  const { event: name, args: said } = heard
  const inner = fieldsOf(said[0])
  const sent = name === 'messageSent' || inner['event'] === 'messageSent'
  const isFence = fieldsOf(inner['args'])['text'] === fence
  return (sent && !isFence) || (JSON.stringify(said).includes(secret) && !isErrorEvent(heard))
}

function shortened(words: string): string {
  return words.length > 90 ? `${words.slice(0, 89)}…` : words
}
