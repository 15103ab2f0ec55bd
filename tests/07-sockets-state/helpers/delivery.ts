import {
  type FactDetails,
  type SocketClient,
  ExpectationFailed,
  failUnless,
} from '../../../workshop/check/suite.ts'
import {
  type Message,
  countReceived,
  expectReceivedOnce,
  mentions,
  messageSent,
  send,
} from '../../shared/chat.ts'
import { expectNoError, sendWithAck, waitForAck } from './acknowledgements.ts'
import type { ChatSession } from './chat-session.ts'
import { explainUndelivered } from './undelivered.ts'

// Which devices a message reaches, and which it does not.

/** Has a device send a message, and waits until all devices of both users have received it. */
export function expectDelivered(
  chat: ChatSession,
  sender: SocketClient,
  message: Message,
  details?: FactDetails,
): Promise<void> {
  send(sender, message)
  return waitForDelivery(chat, sender, message, details)
}

/** Waits until all devices of both users have received a message that was sent. */
export async function waitForDelivery(
  chat: ChatSession,
  sender: SocketClient,
  message: Message,
  details: FactDetails = {},
): Promise<void> {
  const { app, testBed } = chat
  const meant = chat.devicesOf(message.from, message.to)
  const missing = () => meant.filter((device) => countReceived(device, message) === 0)
  const arrived = await testBed.poll(
    () => (missing().length === 0 ? true : app.instance.exit && false),
    {
      shortenWhen: () =>
        !sender.connected || chat.all.some((one) => mentions(one, message).length > 0),
    },
  )
  const [device] = missing()
  if (arrived || !device) return
  // An app that crashes closes its connections a moment before it ends.
  const exit = await app.poll(300, () => app.instance.exit)
  const lost = sender.connected ? device : sender
  throw new ExpectationFailed({
    ...lost.missingEvent('message'),
    args: [messageSent(message)],
    sender: sender.name,
    clients: meant.map(({ name }) => name),
    ...(exit || !sender.connected ? {} : await explainUndelivered(chat, sender, message)),
    ...details,
  })
}

/** Each device of both users has received these messages once; a later one has come since. */
export function expectOnceEach(chat: ChatSession, ...messages: Message[]): void {
  for (const message of messages) {
    const meant = chat.devicesOf(message.from, message.to)
    const also = chat.all.filter(
      (one) => !meant.includes(one) && mentions(one, message).length > 0,
    )
    for (const device of meant) expectReceivedOnce(device, message, also)
  }
}

/** A message to a user who is offline reaches the devices of its sender, and is no error. */
export async function expectSentToOffline(
  chat: ChatSession,
  sender: SocketClient,
): Promise<void> {
  const message = { from: 'ada', to: 'linus', text: 'read this later' }
  const { to, text } = message
  const details = { expectation: 'offline-user', when: ', whose receiver is offline' }
  const answer = sendWithAck(sender, { event: 'sendMessage', args: { to, text } })
  await waitForDelivery(chat, sender, message, details)
  expectNoError(chat, await waitForAck(chat, answer, details), details)
}

/** No device but those of the two users has received a message; a later one has reached them. */
export function expectNoOtherDevice(chat: ChatSession, message: Message): void {
  const meant = chat.devicesOf(message.from, message.to)
  for (const device of chat.all.filter((one) => !meant.includes(one))) {
    const [leak] = mentions(device, message)
    failUnless(leak === undefined, {
      kind: 'event-unexpected',
      expectation: 'device-of-another',
      app: chat.app.name,
      client: device.name,
      event: leak?.event ?? '',
      args: leak?.args ?? [],
      when: `when ${message.from} writes to ${message.to}`,
    })
  }
}
