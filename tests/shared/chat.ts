import type { Endpoint } from '../../workshop/check/http.ts'
import type { SocketClient } from '../../workshop/check/socket-client.ts'
import { expectTrue } from '../../workshop/check/expectation.ts'
import type { ReceivedEvent } from '../../workshop/check/socket-events.ts'
import { fieldsOf } from '../06-worker-jobs/helpers/jobs.ts'
import type { SocketOptions } from '../../workshop/check/create-socket.ts'
import type { AppUnderTest } from '../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../workshop/check/test-bed.ts'

// What the gates of the chat share: devices of users, and messages from one to another.

/** What a user sends; the text tells one message from all others. */
export interface Message {
  from: string
  to: string
  text: string
}

/** Starts an instance of the chat and waits until it answers requests. */
export async function startChat(stage: TestBed, name: string): Promise<AppUnderTest> {
  const program = await stage.start(name)
  await program.waitForHttp()
  return program
}

/** A connected device of a user. @param name for sentences: `ada's phone` */
export function connectDevice(
  stage: TestBed,
  place: Endpoint,
  user: string,
  name = `${user}'s device`,
  options: SocketOptions = {},
): Promise<SocketClient> {
  const auth = { token: `token-of-${user}` }
  return stage.socketClient(place, { name, auth, ...options }).connect()
}

/** Says something in the chat's envelope. @returns what it is acknowledged with */
export function sendEvent(device: SocketClient, event: unknown, args: unknown) {
  return device.emitWithAck('message', { event, args })
}

/** Has a device send a message, without waiting for anything. */
export function send(device: SocketClient, { to, text }: Message): void {
  device.emit('message', { event: 'sendMessage', args: { to, text } })
}

/** Waits until a device has heard a message. */
export function waitForMessage(device: SocketClient, message: Message): Promise<ReceivedEvent> {
  const { from, to, text } = message
  const what = `{"event":"messageSent","args":{"from":"${from}","to":"${to}","text":"${text}"}}`
  return device.waitForEvent(
    'message',
    matchesMessage(message),
    `${device.name} to hear "message" ${what}`,
  )
}

/** How often a device has heard a message. */
export function countReceived(device: SocketClient, message: Message): number {
  return device.receivedEvents('message', matchesMessage(message)).length
}

/** What a device has heard in which the text of a message stands, in whatever form. */
export function mentions(device: SocketClient, { text }: Message): ReceivedEvent[] {
  return device.received.filter(({ args }) => JSON.stringify(args).includes(text))
}

/**
 * A device has heard a message exactly once. Only to be asked when a later message has come the
 * same way: then nothing more can follow.
 *
 * @param strangers who else has heard it, to be told when it was more than once
 */
export function expectReceivedOnce(
  device: SocketClient,
  message: Message,
  strangers: readonly SocketClient[] = [],
): void {
  const times = countReceived(device, message)
  const also = strangers.map(({ name }) => `, and so did ${name}`).join('')
  expectTrue(
    times === 1,
    `${device.name} to hear "${message.text}" once`,
    times === 0 ? 'it did not hear it' : `it heard it ${times} times${also}`,
  )
}

function matchesMessage({ from, to, text }: Message) {
  return (value: unknown): boolean => {
    const { event, args } = fieldsOf(value)
    const one = fieldsOf(args)
    return (
      event === 'messageSent' &&
      one['from'] === from &&
      one['to'] === to &&
      one['text'] === text
    )
  }
}
