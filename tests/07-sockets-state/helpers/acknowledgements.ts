import { isDeepStrictEqual } from 'node:util'
import { type Message, countReceived, mentions } from '../../shared/chat.ts'
import { type ChatSession, crashReason } from './chat-session.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import { ExpectationFailed } from '../../../workshop/check/expectation.ts'
import { pollEvery } from '../../06-worker-jobs/helpers/jobs.ts'
import { waitFor } from '../../../workshop/check/wait-for.ts'

// What a device is answered, in the acknowledgement.

/** What something was acknowledged with, as soon as that has come. */
export interface Ack {
  args?: readonly unknown[]
}

/** Says something, and wants to know what became of it. */
export function sendWithAck(device: SocketClient, ...said: unknown[]): Ack {
  const answer: Ack = {}
  device.emit('message', ...said, (...args: unknown[]) => {
    answer.args = args
  })
  return answer
}

/**
 * A device that sends a message in the moment in which it is connected is heard, and answered.
 *
 * @returns what it was answered
 */
export async function expectReceivedOnConnect(
  room: ChatSession,
  message: Message,
): Promise<Ack> {
  const { stage, program } = room
  const { from, to, text } = message
  const name = `${from}'s phone`
  const auth = { token: `token-of-${from}` }
  const device = stage.socketClient(program, { name, auth })
  const send = (what: string) =>
    sendWithAck(device, { event: 'sendMessage', args: { to, text: what } })
  let answer: Ack = {}
  await device.connect(() => (answer = send(text)))
  room.addDevice(from, device)
  const heard = () => room.devicesOf(from, to).every((one) => countReceived(one, message) > 0)
  // Later ones, until one is heard: then the first one was lost.
  const later = { ...message, text: `${text} (later)` }
  const again = setInterval(() => device.connected && send(later.text), 250)
  const isLater = () => room.devicesOf(from, to).every((one) => countReceived(one, later) > 0)
  await waitFor({
    poll: () => heard() || program.instance.exit || undefined,
    onChange: pollEvery(10),
    withinMs: 5_000,
    shortenWhen: isLater,
    signal: stage.signal,
  }).finally(() => clearInterval(again))
  if (heard()) return answer
  const missing = room.devicesOf(from, to).find((one) => countReceived(one, message) === 0)
  throw new ExpectationFailed(
    `${missing?.name ?? name} to hear what ${name} sends in the moment it is connected`,
    (await crashReason(program)) ??
      (isLater() ? 'lost; sent once more, it is heard' : 'nothing'),
    program.name,
  )
}

/** Waits until a message that was sent is acknowledged, with whatever. */
export async function waitForAck(room: ChatSession, answer: Ack): Promise<readonly unknown[]> {
  const { program, stage } = room
  const args = await waitFor({
    poll: () => answer.args,
    onChange: pollEvery(10),
    withinMs: 2_000,
    shortenWhen: () => program.instance.exit !== undefined,
    signal: stage.signal,
  })
  if (args) return args
  throw new ExpectationFailed(
    `${program.name} to answer a "message": to call the function that came with it`,
    (await crashReason(program)) ?? 'the message was delivered, and the answer did not come',
    program.name,
  )
}

/** Whether nobody has heard a message, and it was answered otherwise than a good one. */
export function isRefusedSilently(
  room: ChatSession,
  message: Message,
  { args }: Ack,
  good: Ack,
): boolean {
  const silent = room.all.every((device) => mentions(device, message).length === 0)
  return silent && args !== undefined && isRefusal(args, good.args ?? [])
}

/**
 * Whether an answer refuses. Whatever form an error has: it says something, and not what is said
 * when all is well.
 */
export function isRefusal(answer: readonly unknown[], good: readonly unknown[]): boolean {
  return !isDeepStrictEqual(answer, good) && answer.some(saysSomething)
}

function saysSomething(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !value.startsWith('[object ')
  if (typeof value === 'object') return Object.keys(value ?? {}).length > 0
  return value !== undefined && value !== true
}
