import type { Place } from './ask.ts'
import type { Device } from './device.ts'
import { expectThat } from './failure.ts'
import type { Heard } from './heard.ts'
import { fields } from './jobs.ts'
import type { DeviceOptions } from './plug.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

// What the gates of the chat share: devices of users, and messages from one to another.

/** What a user sends; the text tells one message from all others. */
export interface Message {
  from: string
  to: string
  text: string
}

/** Starts an instance of the chat and waits until it answers requests. */
export async function chatInstance(stage: Stage, name: string): Promise<Program> {
  const program = await stage.start(name)
  await program.answers()
  return program
}

/** A connected device of a user. @param name for sentences: `ada's phone` */
export function deviceOf(
  stage: Stage,
  place: Place,
  user: string,
  name = `${user}'s device`,
  options: DeviceOptions = {},
): Promise<Device> {
  const auth = { token: `token-of-${user}` }
  return stage.device(place, { name, auth, ...options }).connect()
}

/** Says something in the chat's envelope. @returns what it is acknowledged with */
export function say(device: Device, event: unknown, args: unknown) {
  return device.ask('message', { event, args })
}

/** Has a device send a message, without waiting for anything. */
export function send(device: Device, { to, text }: Message): void {
  device.emit('message', { event: 'sendMessage', args: { to, text } })
}

/** Waits until a device has heard a message. */
export function hears(device: Device, message: Message): Promise<Heard> {
  const { from, to, text } = message
  const what = `{"event":"messageSent","args":{"from":"${from}","to":"${to}","text":"${text}"}}`
  return device.hears('message', isOf(message), `${device.name} to hear "message" ${what}`)
}

/** How often a device has heard a message. */
export function copies(device: Device, message: Message): number {
  return device.all('message', isOf(message)).length
}

/** What a device has heard in which the text of a message stands, in whatever form. */
export function traces(device: Device, { text }: Message): Heard[] {
  return device.heard.filter(({ args }) => JSON.stringify(args).includes(text))
}

/**
 * A device has heard a message exactly once. Only to be asked when a later message has come the
 * same way: then nothing more can follow.
 *
 * @param strangers who else has heard it, to be told when it was more than once
 */
export function heardOnce(
  device: Device,
  message: Message,
  strangers: readonly Device[] = [],
): void {
  const times = copies(device, message)
  const also = strangers.map(({ name }) => `, and so did ${name}`).join('')
  expectThat(
    times === 1,
    `${device.name} to hear "${message.text}" once`,
    times === 0 ? 'it did not hear it' : `it heard it ${times} times${also}`,
  )
}

function isOf({ from, to, text }: Message) {
  return (value: unknown): boolean => {
    const { event, args } = fields(value)
    const one = fields(args)
    return (
      event === 'messageSent' &&
      one['from'] === from &&
      one['to'] === to &&
      one['text'] === text
    )
  }
}
