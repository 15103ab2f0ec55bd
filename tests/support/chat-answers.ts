import { isDeepStrictEqual } from 'node:util'
import { type Message, copies, traces } from './chat.ts'
import { type Room, fell } from './chat-room.ts'
import type { Device } from './device.ts'
import { NotYet } from './failure.ts'
import { every } from './jobs.ts'
import { waitFor } from './patience.ts'

// What a device is answered, in the acknowledgement.

/** What something was acknowledged with, as soon as that has come. */
export interface Answer {
  args?: readonly unknown[]
}

/** Says something, and wants to know what became of it. */
export function tell(device: Device, ...said: unknown[]): Answer {
  const answer: Answer = {}
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
export async function heardAtOnce(room: Room, message: Message): Promise<Answer> {
  const { stage, program } = room
  const { from, to, text } = message
  const name = `${from}'s phone`
  const auth = { token: `token-of-${from}` }
  const device = stage.device(program, { name, auth })
  const send = (what: string) =>
    tell(device, { event: 'sendMessage', args: { to, text: what } })
  let answer: Answer = {}
  await device.connect(() => (answer = send(text)))
  room.enter(from, device)
  const heard = () => room.of(from, to).every((one) => copies(one, message) > 0)
  // Later ones, until one is heard: then the first one was lost.
  const later = { ...message, text: `${text} (later)` }
  const again = setInterval(() => device.connected && send(later.text), 250)
  const isLater = () => room.of(from, to).every((one) => copies(one, later) > 0)
  await waitFor({
    look: () => heard() || program.instance.exit || undefined,
    watch: every(10),
    withinMs: 5_000,
    hurried: isLater,
    signal: stage.signal,
  }).finally(() => clearInterval(again))
  if (heard()) return answer
  const missing = room.of(from, to).find((one) => copies(one, message) === 0)
  throw new NotYet(
    `${missing?.name ?? name} to hear what ${name} sends in the moment it is connected`,
    (await fell(program)) ?? (isLater() ? 'lost; sent once more, it is heard' : 'nothing'),
    program.name,
  )
}

/** Waits until a message that was sent is acknowledged, with whatever. */
export async function acknowledged(room: Room, answer: Answer): Promise<readonly unknown[]> {
  const { program, stage } = room
  const args = await waitFor({
    look: () => answer.args,
    watch: every(10),
    withinMs: 2_000,
    hurried: () => program.instance.exit !== undefined,
    signal: stage.signal,
  })
  if (args) return args
  throw new NotYet(
    `${program.name} to answer a "message": to call the function that came with it`,
    (await fell(program)) ?? 'the message was delivered, and the answer did not come',
    program.name,
  )
}

/** Whether nobody has heard a message, and it was answered otherwise than a good one. */
export function refusedQuietly(
  room: Room,
  message: Message,
  { args }: Answer,
  good: Answer,
): boolean {
  const silent = room.all.every((device) => traces(device, message).length === 0)
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
