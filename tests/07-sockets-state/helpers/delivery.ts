import {
  type Message,
  countReceived,
  expectReceivedOnce,
  send,
  mentions,
} from '../../shared/chat.ts'
import { explainUndelivered } from './undelivered.ts'
import { type ChatSession, crashReason } from './chat-session.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import {
  ExpectationFailed,
  expectTrue,
  formatList,
} from '../../../workshop/check/expectation.ts'
import { describeEvent } from '../../../workshop/check/socket-events.ts'
import { pollEvery } from '../../06-worker-jobs/helpers/jobs.ts'
import { waitFor } from '../../../workshop/check/wait-for.ts'

// Whom a message reaches, and whom it does not.

/** Has a device send a message, and waits until all devices of both users have heard it. */
export function expectDelivered(
  room: ChatSession,
  sender: SocketClient,
  message: Message,
  after?: string,
): Promise<void> {
  send(sender, message)
  return waitForDelivery(room, sender, message, after)
}

/**
 * Waits until all devices of both users have heard a message that was sent.
 *
 * @param after what was done before, in words, if that can be the reason why it does not come
 */
export async function waitForDelivery(
  room: ChatSession,
  sender: SocketClient,
  message: Message,
  after = '',
): Promise<void> {
  const { program, stage } = room
  const meant = room.devicesOf(message.from, message.to)
  const missing = () => meant.filter((device) => countReceived(device, message) === 0)
  const arrived = await waitFor({
    poll: () => missing().length === 0 || (program.instance.exit && false),
    onChange: pollEvery(10),
    withinMs: 5_000,
    shortenWhen: () => !sender.connected || room.all.some((one) => mentions(one, message)[0]),
    signal: stage.signal,
  })
  if (arrived) return
  const what = `"message" ${envelope(message)}`
  throw new ExpectationFailed(
    `${inWords(meant)} to hear ${what}${after}`,
    (await crashReason(program)) ?? (await explainUndelivered(room, sender, message)),
    program.name,
  )
}

/** Each device of both users has heard these messages once; a later one has come the same way. */
export function expectOnceEach(room: ChatSession, ...messages: Message[]): void {
  for (const message of messages) {
    const meant = room.devicesOf(message.from, message.to)
    const also = room.all.filter((one) => !meant.includes(one) && mentions(one, message)[0])
    for (const device of meant) expectReceivedOnce(device, message, also)
  }
}

/** Nobody but the two users has heard anything of a message; a later one has reached them. */
export function expectNobodyElse(room: ChatSession, message: Message): void {
  const meant = room.devicesOf(message.from, message.to)
  for (const device of room.all.filter((one) => !meant.includes(one))) {
    const [leak] = mentions(device, message)
    const expected = `${device.name} to hear nothing of what ${message.from} writes to ${message.to}`
    expectTrue(
      !leak,
      expected,
      leak ? `it heard ${describeEvent(leak)}` : '',
      room.program.name,
    )
  }
}

// "ada's phone and grace's phone", or "all 5 devices of ada and grace".
function inWords(devices: readonly SocketClient[]): string {
  const names = devices.map(({ name }) => name)
  if (names.length < 4) return formatList(names)
  const owners = [...new Set(names.map((name) => name.split("'")[0] ?? ''))]
  return `all ${names.length} devices of ${formatList(owners)}`
}

function envelope({ from, to, text }: Message): string {
  return JSON.stringify({ event: 'messageSent', args: { from, to, text } })
}
