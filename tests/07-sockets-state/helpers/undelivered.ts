import { type Message, countReceived, send, mentions } from '../../shared/chat.ts'
import { sendWithAck } from './acknowledgements.ts'
import type { ChatSession } from './chat-session.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import { formatList } from '../../../workshop/check/expectation.ts'
import { describeEvent } from '../../../workshop/check/socket-events.ts'
import { pollEvery } from '../../06-worker-jobs/helpers/jobs.ts'
import { waitFor } from '../../../workshop/check/wait-for.ts'

// What became of a message that has not reached everybody: the words a diagnosis is made of.

/** It came in another form, or to some only; or it does when it is sent in another way. */
export async function explainUndelivered(
  room: ChatSession,
  sender: SocketClient,
  message: Message,
): Promise<string> {
  if (!sender.connected) return `${sender.name} has lost its connection`
  const reached = room.all.filter((device) => countReceived(device, message) > 0)
  const odd = room.all
    .filter((device) => !reached.includes(device))
    .flatMap((device) => mentions(device, message).map((heard) => ({ device, heard })))[0]
  if (odd) return `${odd.device.name} heard ${describeEvent(odd.heard)}`
  room.stage.freezeEvidence()
  if (await comesLater(room, sender, message)) return 'lost; sent once more, it is heard'
  if (reached.length > 0) return describeReceivers(room, sender, message, reached)
  return (
    (await sentOtherwise(room, sender, message)) ??
    `nobody heard it${await withAnswer(room, sender, message)}`
  )
}

function describeReceivers(
  room: ChatSession,
  sender: SocketClient,
  message: Message,
  reached: SocketClient[],
): string {
  const { from, to } = message
  const meant = room.devicesOf(from, to)
  const missing = meant.filter((device) => !reached.includes(device))
  const strange = reached.filter((device) => !meant.includes(device))
  const also = strange.length > 0 ? `, but ${inWords(strange)} did` : ''
  const each = (at: number) =>
    [from, to].flatMap((user) => room.devicesOf(user).slice(at)[0] ?? [])
  const heard = reached.filter((device) => meant.includes(device))
  for (const user of [from, to]) {
    if (are(missing, room.devicesOf(user))) return `none of ${user}'s devices heard it${also}`
  }
  if (are(heard, [sender])) return `only ${sender.name} heard it, which sent it`
  if (are(missing, [sender])) return `${sender.name}, which sent it, did not hear it${also}`
  if (!room.thinnedOut) {
    if (are(heard, each(-1)))
      return `only ${inWords(heard)} heard it, the last of each to connect`
    if (are(heard, each(0)))
      return `only ${inWords(heard)} heard it, the first of each to connect`
  }
  const others = room.devicesOf(from).filter((device) => device !== sender)
  if (are(missing, others)) {
    return `of ${from}'s devices only ${sender.name}, which sent it, heard it${also}`
  }
  return `${inWords(missing)} did not hear it${also}`
}

// Was it too early? Then the same is heard now.
async function comesLater(
  room: ChatSession,
  sender: SocketClient,
  message: Message,
): Promise<boolean> {
  const again = { ...message, text: `${message.text} (again)` }
  send(sender, again)
  const heard = () =>
    room.devicesOf(again.from, again.to).every((one) => countReceived(one, again) > 0)
  return (await soon(room, () => heard() || undefined)) ?? false
}

// Is it understood when it is sent in another way than in the envelope?
async function sentOtherwise(
  room: ChatSession,
  sender: SocketClient,
  { to, text }: Message,
): Promise<string | undefined> {
  const event = 'sendMessage'
  const args = (way: string) => ({ to, text: `${text} (${way})` })
  const ways: Record<string, (way: string) => [event: string, ...said: unknown[]]> = {
    'an event of its own, "sendMessage",': (way) => [event, args(way)],
    'two arguments of "message"': (way) => ['message', event, args(way)],
    'a JSON text': (way) => ['message', JSON.stringify({ event, args: args(way) })],
    'an envelope whose args are a list': (way) => ['message', { event, args: [args(way)] }],
    'an envelope whose args are two texts': (way) => {
      return ['message', { event, args: Object.values(args(way)) }]
    },
  }
  for (const [way, said] of Object.entries(ways)) sender.emit(...said(way.replaceAll('"', '')))
  const isHeard = (way: string) => {
    const trace = { from: '', to, text: `${text} (${way.replaceAll('"', '')})` }
    return room.all.some((device) => mentions(device, trace)[0])
  }
  const understood = await soon(room, () => Object.keys(ways).find(isHeard))
  return understood && `nobody heard it. Sent as ${understood} it is heard`
}

// What does the instance itself say of such a message?
async function withAnswer(
  room: ChatSession,
  sender: SocketClient,
  { to, text }: Message,
): Promise<string> {
  const args = { to, text: `${text} (asked)` }
  const answer = sendWithAck(sender, { event: 'sendMessage', args })
  const said = await soon(room, () => answer.args)
  return said ? `; it is answered with ${JSON.stringify(said).slice(1, -1) || 'nothing'}` : ''
}

function soon<T>({ stage }: ChatSession, poll: () => T | undefined): Promise<T | undefined> {
  return waitFor({ poll, onChange: pollEvery(10), withinMs: 300, signal: stage.signal })
}

function are(some: readonly SocketClient[], others: readonly SocketClient[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one))
}

function inWords(devices: readonly SocketClient[]): string {
  return formatList(devices.map(({ name }) => name))
}
