import {
  type AppUnderTest,
  type Endpoint,
  type ReceivedEvent,
  type SocketClient,
  type SocketOptions,
  type TestBed,
  failUnless,
  fieldsOf,
} from '../../workshop/check/suite.ts'

// What the suites of the chat share: devices of users, and messages from one to another.

/** What a user sends; no two messages have one text. */
export interface Message {
  from: string
  to: string
  text: string
}

/** Starts an instance of the chat and waits until it answers requests. */
export async function startChat(testBed: TestBed, name: string): Promise<AppUnderTest> {
  const app = await testBed.start(name)
  await app.waitForHttp()
  return app
}

/** A connected device of a user. @param name for sentences: `ada's phone` */
export function connectDevice(
  testBed: TestBed,
  endpoint: Endpoint,
  user: string,
  name = `${user}'s device`,
  options: SocketOptions = {},
): Promise<SocketClient> {
  const auth = { token: `token-of-${user}` }
  return testBed.socketClient(endpoint, { name, auth, ...options }).connect()
}

/** Sends an event in the chat's envelope. @returns its acknowledgement */
export function sendEvent(device: SocketClient, event: unknown, args: unknown) {
  return device.emitWithAck('message', { event, args })
}

/** Has a device send a message, without waiting for anything. */
export function send(device: SocketClient, { to, text }: Message): void {
  device.emit('message', { event: 'sendMessage', args: { to, text } })
}

/** The first argument of the event in which a message reaches a device. */
export function messageSent({ from, to, text }: Message) {
  return { event: 'messageSent', args: { from, to, text } }
}

/** How often a device has received a message. */
export function countReceived(device: SocketClient, message: Message): number {
  return device.receivedEvents('message', matchesMessage(message)).length
}

/** The events a device has received that hold the text of a message, in whatever form. */
export function mentions(device: SocketClient, { text }: Message): ReceivedEvent[] {
  return device.received.filter(({ args }) => JSON.stringify(args).includes(text))
}

/**
 * A device has received a message exactly once. Only to be asked when a later message has come
 * the same way: then nothing more can follow.
 *
 * @param others other clients that received it, to be named when it came more than once
 */
export function expectReceivedOnce(
  device: SocketClient,
  message: Message,
  others: readonly SocketClient[] = [],
): void {
  const seen = countReceived(device, message)
  failUnless(seen === 1, {
    kind: 'event-repeated',
    app: device.endpoint.name,
    client: device.name,
    event: 'message',
    args: [messageSent(message)],
    expected: 1,
    seen,
    also: others.map(({ name }) => name),
  })
}

function matchesMessage({ from, to, text }: Message) {
  return (value: unknown): boolean => {
    const { event, args } = fieldsOf(value)
    const fields = fieldsOf(args)
    return (
      event === 'messageSent' &&
      fields['from'] === from &&
      fields['to'] === to &&
      fields['text'] === text
    )
  }
}
