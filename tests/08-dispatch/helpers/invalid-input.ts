import type { AppUnderTest, SocketClient, TestBed } from '../../../workshop/check/suite.ts'
import { type Message } from '../../shared/chat.ts'
import { waitForAll } from '../../shared/chat-delivery.ts'
import { channelOf } from './channel.ts'
import { envelopeFor } from './dispatch.ts'

/** What a device could send in place of a message, one `message` event each. */
const fromDevices: readonly (readonly unknown[])[] = [
  [],
  [null],
  ['sendMessage'],
  [42],
  [[]],
  [{}],
  [{ event: 'sendMessage' }],
  [{ event: 'sendMessage', args: null }],
  [{ event: 'sendMessage', args: [] }],
  [{ event: 'sendMessage', args: { to: 'grace' } }],
  [{ event: 'sendMessage', args: { to: null, text: null } }],
  [{ event: 'sendMessage', args: { to: { toString: 1 }, text: { length: 1 } } }],
  [{ event: 'sendMessage', args: { to: ['grace'], text: ['hello'] } }],
  [{ event: 'sendMessage', args: { to: '__proto__', text: 'hello' } }],
  [{ event: 'sendMessage', args: { to: 'constructor', text: 'hello' } }],
  [{ event: '__proto__', args: {} }],
  [{ event: 'constructor', args: {} }],
  [{ event: 'fly', args: {} }, 'not a function'],
]

const onTheChannel = [
  'not json',
  '',
  'undefined',
  'null',
  '42',
  '"text"',
  '[]',
  '[null]',
  '{}',
  '{"event":"messageSent"}',
  '{"event":null,"id":null,"args":null}',
  '{"event":"messageSent","id":42,"args":{}}',
  '{"event":"messageSent","id":["x"],"args":{}}',
  '{"event":"messageSent","id":{"toString":1},"args":{}}',
  '{"event":"messageSent","id":"__proto__","args":{}}',
  '{"event":"messageSent","id":"constructor","args":{}}',
  '{"event":"messageSent","id":"an unknown user","args":{}}',
  '{"__proto__":{"id":"x"},"args":{}}',
]

/** A message that was published elsewhere. */
export const unrelatedMessage: Message = {
  from: 'linus',
  to: 'ada',
  text: 'from another channel',
}

/** Has a device send malformed messages. */
export function sendInvalidEvents(device: SocketClient): void {
  for (const args of fromDevices) device.emit('message', ...args)
}

/** Publishes malformed messages on the channel, and in the same packet a good one for each device. */
export async function publishInvalidMessages(
  testBed: TestBed,
  app: AppUnderTest,
  messages: readonly [SocketClient, Message][],
): Promise<void> {
  // What is published on other channels concerns no device here.
  for (const [, { to }] of messages.slice(0, 1)) {
    await testBed.publish('incoming_socket_message', envelopeFor(to, unrelatedMessage))
  }
  const good = messages.map(([, message]) => envelopeFor(message.to, message))
  await testBed.publish(channelOf(app), ...onTheChannel, ...good)
  const options = { expectation: 'after-invalid-message' }
  for (const [device, message] of messages) {
    await waitForAll(testBed, 'the check', message, [device], options)
  }
}
