import type { Message } from '../../shared/chat.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import { waitForAll, channelOf, envelopeFor } from './dispatch.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../../workshop/check/test-bed.ts'

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
  '{"event":"messageSent","id":"a user whom nobody knows","args":{}}',
  '{"__proto__":{"id":"x"},"args":{}}',
]

/** A message that was published elsewhere. */
export const unrelatedMessage: Message = {
  from: 'linus',
  to: 'ada',
  text: 'from another channel',
}

/** Has a device send all sorts of nonsense. */
export function sendInvalidEvents(device: SocketClient): void {
  for (const args of fromDevices) device.emit('message', ...args)
}

/** Publishes nonsense on the channel, and in the same packet a message for each of these. */
export async function publishInvalidMessages(
  stage: TestBed,
  program: AppUnderTest,
  messages: readonly [SocketClient, Message][],
): Promise<void> {
  // What is said on other channels concerns nobody here.
  const [first] = messages
  if (first)
    await stage.publish('incoming_socket_message', envelopeFor(first[1].to, unrelatedMessage))
  const good = messages.map(([, message]) => envelopeFor(message.to, message))
  await stage.publish(channelOf(program), ...onTheChannel, ...good)
  for (const [device, message] of messages) await waitForAll(stage, [device], message)
}
