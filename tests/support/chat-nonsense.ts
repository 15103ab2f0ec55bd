import { isRefusal, tell } from './chat-answers.ts'
import { reaches } from './chat-delivery.ts'
import { type Room, fell } from './chat-room.ts'
import type { Device } from './device.ts'
import { expectThat } from './failure.ts'
import { type Heard, sentence } from './heard.ts'
import { every, fields } from './jobs.ts'
import { waitFor } from './patience.ts'

// What a device could say that is not what was agreed on.

const secret = 'SECRET'
const args = { to: 'grace', text: secret }
const event = 'sendMessage'

/** What every object has, so has a table of handlers or users that is one. */
export const inherited = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty']

const nonsense: Readonly<Record<string, readonly unknown[]>> = {
  'the unknown event': [
    { event: 'nope', args },
    { event: 'messageSent', args: { from: 'grace', ...args } },
  ],
  'the unknown event that every object has': [
    ...inherited.map((name) => ({ event: name, args })),
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
export async function refusesNonsense(
  room: Room,
  sender: Device,
  good: readonly unknown[],
): Promise<void> {
  for (const [kind, list] of Object.entries(nonsense)) {
    for (const said of list) {
      const words = `${kind} ${JSON.stringify(said)}`
      const mark = sender.heard.length
      const answer = await harmless(room, sender, words, () => tell(sender, said))
      const complaint = () => sender.heard.slice(mark).find(isComplaint)?.args
      await refused(room, words, () => answer.args ?? complaint(), good)
    }
  }
  await harmless(room, sender, 'a "message" with nothing in it', () => sender.emit('message'))
  await harmless(room, sender, 'a "message" with a text in place of a function', () =>
    sender.emit('message', { event: 'nope', args }, 'not a function'),
  )
}

/** A text as long as a book, from a device of its own: the server may hang up on that. */
export async function refusesBook(room: Room, sender: Device): Promise<void> {
  const tablet = await room.join('ada', 'tablet')
  const words = 'a text of 1 MB'
  const book = { event, args: { to: 'grace', text: secret + 'x'.repeat(2 ** 20) } }
  await harmless(room, sender, words, async () => {
    const answer = tell(tablet, book)
    await waitFor({
      look: () => answer.args ?? (tablet.connected ? undefined : 'hung up'),
      watch: every(10),
      withinMs: 2_000,
      signal: room.stage.signal,
    })
    room.leave(tablet)
  })
}

// The fence: what is sent after it comes the same way, and nothing else has come by then.
async function harmless<T>(
  room: Room,
  sender: Device,
  words: string,
  play: () => T | Promise<T>,
): Promise<T> {
  const heard = new Map(room.all.map((device) => [device, device.heard.length]))
  const result = await play()
  const fence = { from: 'ada', to: 'grace', text: `are you there? (${sender.heard.length})` }
  sender.emit('message', { event, args: { to: 'grace', text: fence.text } })
  await reaches(room, sender, fence, `, after ${shortened(words)}`)
  for (const device of room.all) {
    const since = device.heard.slice(heard.get(device))
    const leak = since.find((one) => isLeak(one, fence.text))
    const received = leak ? `${device.name} heard ${sentence(leak)}` : ''
    expectThat(!leak, `${shortened(words)} to reach nobody`, received, room.program.name)
  }
  return result
}

async function refused(
  { stage, program }: Room,
  words: string,
  look: () => readonly unknown[] | undefined,
  good: readonly unknown[],
): Promise<void> {
  const found = await waitFor({
    look,
    watch: every(10),
    withinMs: 2_000,
    signal: stage.signal,
  })
  const ended = found ? undefined : await fell(program)
  expectThat(
    !ended,
    `${shortened(words)} to be answered with an error`,
    ended ?? '',
    program.name,
  )
  const received = found && (JSON.stringify(found).slice(1, -1) || 'nothing')
  expectThat(
    found !== undefined && isRefusal(found, good),
    `${shortened(words)} to be answered with an error`,
    received ? `it was answered with ${received}` : 'no answer came',
    program.name,
  )
}

function isComplaint({ event: name, args: [first] }: Heard): boolean {
  const { event: inner, error } = fields(first)
  const words = /err|fail|refus|reject|unknown|invalid|problem|denied|wrong|bad/i
  return words.test(name) || words.test(String(inner)) || Boolean(error)
}

function isLeak(heard: Heard, fence: string): boolean {
  const { event: name, args: said } = heard
  const inner = fields(said[0])
  const sent = name === 'messageSent' || inner['event'] === 'messageSent'
  const isFence = fields(inner['args'])['text'] === fence
  return (sent && !isFence) || (JSON.stringify(said).includes(secret) && !isComplaint(heard))
}

function shortened(words: string): string {
  return words.length > 90 ? `${words.slice(0, 89)}…` : words
}
