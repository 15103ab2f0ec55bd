import {
  type EventRef,
  type ReceivedEvent,
  type Retry,
  type SocketClient,
  fieldsOf,
} from '../../../workshop/check/suite.ts'
import { type Message, countReceived, mentions, send } from '../../shared/chat.ts'
import { textsOf } from '../../shared/chat-messages.ts'
import { sendWithAck } from './acknowledgements.ts'
import type { ChatSession } from './chat-session.ts'

/** What became of a message that has not reached all devices. */
interface Undelivered {
  reached?: readonly string[]
  instead?: EventRef & { client: string }
  retry?: Retry
  others?: readonly string[]
}

/** It came in another form, or to some only; or it does when it is sent in another way. */
export async function explainUndelivered(
  chat: ChatSession,
  sender: SocketClient,
  message: Message,
): Promise<Undelivered> {
  const reached = chat.all.filter((device) => countReceived(device, message) > 0)
  const names = reached.length > 0 ? { reached: reached.map(({ name }) => name) } : {}
  const [odd] = chat.all
    .filter((device) => !reached.includes(device))
    .flatMap((device) =>
      [...mentions(device, message), ...changed(device, message)].map(({ event, args }) => ({
        client: device.name,
        event,
        args,
      })),
    )
  if (odd) return { ...names, instead: odd }
  chat.testBed.freezeEvidence()
  if (await comesLater(chat, sender, message))
    return { retry: { form: 'same', received: true } }
  if (reached.length > 0) return names
  // The other forms have an object where an acknowledgement is a function, which can end the app.
  const retry = await withAck(chat, sender, message)
  if (retry.received) return { retry }
  const form = await otherForm(chat, sender, message)
  if (form) return { retry: { form, received: true } }
  const [device] = chat.devicesOf(message.from, message.to)
  return { retry, others: device ? textsOf(device) : [] }
}

// The last event of a device, when it has no text at all, or begins and ends like the message: other
// messages of the check may begin like it, such as the one before with another number.
function changed(device: SocketClient, { text }: Message): ReceivedEvent[] {
  const last = device.received.at(-1)
  if (!last) return []
  const { event, args } = fieldsOf(last.args[0])
  const isWithoutText = event === 'messageSent' && !('text' in fieldsOf(args))
  const holds = (part: string) => JSON.stringify(last.args).includes(part)
  const isAlike = holds(`"${text.slice(0, 12)}`) && holds(`${text.slice(-4)}"`)
  return isWithoutText || isAlike ? [last] : []
}

// Was it too early? Then the same arrives now.
async function comesLater(
  chat: ChatSession,
  sender: SocketClient,
  message: Message,
): Promise<boolean> {
  const again = { ...message, text: `${message.text} (again)` }
  send(sender, again)
  const arrived = () =>
    chat.devicesOf(again.from, again.to).every((one) => countReceived(one, again) > 0)
  return (await soon(chat, () => arrived() || undefined)) ?? false
}

// Is it understood when it is sent in another form than in the envelope?
async function otherForm(
  chat: ChatSession,
  sender: SocketClient,
  { to, text }: Message,
): Promise<Retry['form'] | undefined> {
  const event = 'sendMessage'
  const args = (way: string) => ({ to, text: `${text} (${way})` })
  const ways: [form: Retry['form'], sent: [event: string, ...args: unknown[]]][] = [
    ['own-event', [event, args('own-event')]],
    ['two-arguments', ['message', event, args('two-arguments')]],
    ['json-text', ['message', JSON.stringify({ event, args: args('json-text') })]],
    ['list-of-args', ['message', { event, args: [args('list-of-args')] }]],
    ['list-of-args', ['message', { event, args: [to, `${text} (list-of-args)`] }]],
  ]
  for (const [, sent] of ways) sender.emit(...sent)
  const arrives = (form: string) => {
    const trace = { from: '', to, text: `${text} (${form})` }
    return chat.all.some((device) => mentions(device, trace).length > 0)
  }
  return soon(chat, () => ways.map(([form]) => form).find(arrives))
}

// How does the instance answer such a message, and does it arrive when an answer is asked for?
async function withAck(
  chat: ChatSession,
  sender: SocketClient,
  message: Message,
): Promise<Retry> {
  const asked = { ...message, text: `${message.text} (asked)` }
  const { to, text } = asked
  const answer = sendWithAck(sender, { event: 'sendMessage', args: { to, text } })
  const ack = await soon(chat, () => answer.args)
  const received = chat.all.some((device) => countReceived(device, asked) > 0)
  return received ? { form: 'with-ack', received, ack } : { form: 'same', received, ack }
}

function soon<T>({ testBed }: ChatSession, look: () => T | undefined): Promise<T | undefined> {
  return testBed.poll(look, { withinMs: 300 })
}
