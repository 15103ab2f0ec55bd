import {
  type AppUnderTest,
  ExpectationFailed,
  type SocketClient,
  type TestBed,
  failUnless,
  fieldsOf,
} from '../../workshop/check/suite.ts'
import { sendEvent } from './chat.ts'

/** What a device sends. */
export interface Outgoing {
  to: string
  text: string
  clientId?: string
}

/** Sends a message and waits for its acknowledgement. @returns it, as it came */
export async function sendMessage(device: SocketClient, message: Outgoing): Promise<unknown> {
  const [answer] = await sendEvent(device, 'sendMessage', message)
  return answer
}

/** Whether an acknowledgement reports an error. */
export function isError(answer: unknown): boolean {
  return 'error' in fieldsOf(answer)
}

/** The same, and it must be acknowledged without an error. */
export async function expectStored(
  device: SocketClient,
  message: Outgoing,
  when?: string,
): Promise<void> {
  const answer = await sendMessage(device, message)
  failUnless(!isError(answer), {
    kind: 'ack-wrong',
    expectation: 'stored',
    app: device.endpoint.name,
    client: device.name,
    event: 'sendMessage',
    args: [answer],
    should: '{"ok":true}',
    ...(when && { when }),
  })
}

/** The texts of the messages that a device has received so far, in order. */
export function textsOf(device: SocketClient): string[] {
  return messagesOf(device).map(({ text }) => String(text))
}

/** The messages that a device has received so far, in order. */
export function messagesOf(device: SocketClient): Record<string, unknown>[] {
  return eventsOf(device, 'messageSent')
}

/** The arguments of the events with this name in the chat's envelope. */
export function eventsOf(device: SocketClient, event: string): Record<string, unknown>[] {
  return argsOf(device, event).map(fieldsOf)
}

/** The same as they came, whatever they are. */
export function argsOf(device: SocketClient, event: string): unknown[] {
  return device.received
    .map(({ args: [envelope] }) => fieldsOf(envelope))
    .filter((envelope) => envelope['event'] === event)
    .map(({ args }) => args)
}

/** Waits until a device has received a text. @returns the message */
export async function waitForText(
  device: SocketClient,
  text: string,
  expectation = 'delivered',
): Promise<Record<string, unknown>> {
  const wanted = { event: 'messageSent', args: { text } }
  await device.waitForEvent('message', isMessage(text), { expectation, args: [wanted] })
  return messagesOf(device).find((message) => message['text'] === text) ?? {}
}

/** The id that a message has, which a device passes as `lastId`. */
export async function waitForId(
  device: SocketClient,
  text: string,
  expectation?: string,
): Promise<unknown> {
  const message = await waitForText(device, text, expectation)
  const { id } = message
  failUnless(typeof id === 'string' || typeof id === 'number', {
    kind: 'event-wrong',
    expectation: 'message-id',
    app: device.endpoint.name,
    client: device.name,
    event: 'messageSent',
    args: [message],
    should: 'an "id"',
  })
  return id
}

/**
 * A device has received exactly these texts of a sender since it connected, in this order. Only to
 * be asked when the last of them has come.
 */
export function expectInOrder(device: SocketClient, from: string, texts: readonly string[]) {
  const messages = messagesOf(device).filter((message) => message['from'] === from)
  const came = messages.map((message) => String(message['text']))
  const base = { app: device.endpoint.name, client: device.name, expectation: 'caught-up' }
  for (const text of texts) {
    const args = [{ event: 'messageSent', args: { from, text } }]
    const seen = came.filter((one) => one === text).length
    if (seen === 0) {
      const { connected } = device
      throw new ExpectationFailed({
        kind: 'event-missing',
        ...base,
        event: 'message',
        args,
        connected,
        others: textsOf(device),
      })
    }
    failUnless(seen === 1, {
      kind: 'event-repeated',
      ...base,
      event: 'message',
      args,
      expected: 1,
      seen,
    })
  }
  const extra = messages.find((message) => !texts.includes(String(message['text'])))
  failUnless(extra === undefined, {
    kind: 'event-unexpected',
    ...base,
    expectation: 'caught-up-extra',
    event: 'message',
    args: [{ event: 'messageSent', args: extra }],
  })
  failUnless(came.join() === texts.join(), {
    kind: 'event-order',
    ...base,
    expectation: 'caught-up-order',
    expected: texts,
    received: came,
  })
}

/** What GET /history answers to a user about the conversation with another one. */
export async function readHistory(
  testBed: TestBed,
  app: AppUnderTest,
  token: string,
  other: string,
): Promise<Record<string, unknown>[]> {
  const path = `/history?with=${other}`
  const { status, text, json } = await getHistory(testBed, app, token, path)
  const { messages } = json
  failUnless(status === 200 && Array.isArray(messages), {
    kind: 'http-wrong',
    expectation: 'history',
    app: app.name,
    request: { method: 'GET', path },
    should: '{"messages":[…]}',
    response: { status, text },
  })
  return messages.map(fieldsOf)
}

/** Asks for a history. @param token none when undefined */
export function getHistory(
  testBed: TestBed,
  app: AppUnderTest,
  token: string | undefined,
  path: string,
) {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  return testBed.httpSession().request(app, 'GET', path, { headers })
}

function isMessage(text: string) {
  return (envelope: unknown): boolean => {
    const { event, args } = fieldsOf(envelope)
    return event === 'messageSent' && fieldsOf(args)['text'] === text
  }
}
