import { type Message, copies, heardOnce, send, traces } from './chat.ts'
import { whatBecameOf } from './chat-lost.ts'
import { type Room, fell } from './chat-room.ts'
import type { Device } from './device.ts'
import { NotYet, expectThat, list } from './failure.ts'
import { sentence } from './heard.ts'
import { every } from './jobs.ts'
import { waitFor } from './patience.ts'

// Whom a message reaches, and whom it does not.

/** Has a device send a message, and waits until all devices of both users have heard it. */
export function delivers(
  room: Room,
  sender: Device,
  message: Message,
  after?: string,
): Promise<void> {
  send(sender, message)
  return reaches(room, sender, message, after)
}

/**
 * Waits until all devices of both users have heard a message that was sent.
 *
 * @param after what was done before, in words, if that can be the reason why it does not come
 */
export async function reaches(
  room: Room,
  sender: Device,
  message: Message,
  after = '',
): Promise<void> {
  const { program, stage } = room
  const meant = room.of(message.from, message.to)
  const missing = () => meant.filter((device) => copies(device, message) === 0)
  const arrived = await waitFor({
    look: () => missing().length === 0 || (program.instance.exit && false),
    watch: every(10),
    withinMs: 5_000,
    hurried: () => !sender.connected || room.all.some((one) => traces(one, message)[0]),
    signal: stage.signal,
  })
  if (arrived) return
  const what = `"message" ${envelope(message)}`
  throw new NotYet(
    `${inWords(meant)} to hear ${what}${after}`,
    (await fell(program)) ?? (await whatBecameOf(room, sender, message)),
    program.name,
  )
}

/** Each device of both users has heard these messages once; a later one has come the same way. */
export function onceEach(room: Room, ...messages: Message[]): void {
  for (const message of messages) {
    const meant = room.of(message.from, message.to)
    const also = room.all.filter((one) => !meant.includes(one) && traces(one, message)[0])
    for (const device of meant) heardOnce(device, message, also)
  }
}

/** Nobody but the two users has heard anything of a message; a later one has reached them. */
export function nobodyElse(room: Room, message: Message): void {
  const meant = room.of(message.from, message.to)
  for (const device of room.all.filter((one) => !meant.includes(one))) {
    const [leak] = traces(device, message)
    const expected = `${device.name} to hear nothing of what ${message.from} writes to ${message.to}`
    expectThat(!leak, expected, leak ? `it heard ${sentence(leak)}` : '', room.program.name)
  }
}

// "ada's phone and grace's phone", or "all 5 devices of ada and grace".
function inWords(devices: readonly Device[]): string {
  const names = devices.map(({ name }) => name)
  if (names.length < 4) return list(names)
  const owners = [...new Set(names.map((name) => name.split("'")[0] ?? ''))]
  return `all ${names.length} devices of ${list(owners)}`
}

function envelope({ from, to, text }: Message): string {
  return JSON.stringify({ event: 'messageSent', args: { from, to, text } })
}
