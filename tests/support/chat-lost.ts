import { type Message, copies, send, traces } from './chat.ts'
import { tell } from './chat-answers.ts'
import type { Room } from './chat-room.ts'
import type { Device } from './device.ts'
import { list } from './failure.ts'
import { sentence } from './heard.ts'
import { every } from './jobs.ts'
import { waitFor } from './patience.ts'

// What became of a message that has not reached everybody: the words a diagnosis is made of.

/** It came in another form, or to some only; or it does when it is sent in another way. */
export async function whatBecameOf(
  room: Room,
  sender: Device,
  message: Message,
): Promise<string> {
  if (!sender.connected) return `${sender.name} has lost its connection`
  const reached = room.all.filter((device) => copies(device, message) > 0)
  const odd = room.all
    .filter((device) => !reached.includes(device))
    .flatMap((device) => traces(device, message).map((heard) => ({ device, heard })))[0]
  if (odd) return `${odd.device.name} heard ${sentence(odd.heard)}`
  room.stage.keepScene()
  if (await comesLater(room, sender, message)) return 'lost; sent once more, it is heard'
  if (reached.length > 0) return whoHeard(room, sender, message, reached)
  return (
    (await sentOtherwise(room, sender, message)) ??
    `nobody heard it${await withAnswer(room, sender, message)}`
  )
}

function whoHeard(room: Room, sender: Device, message: Message, reached: Device[]): string {
  const { from, to } = message
  const meant = room.of(from, to)
  const missing = meant.filter((device) => !reached.includes(device))
  const strange = reached.filter((device) => !meant.includes(device))
  const also = strange.length > 0 ? `, but ${inWords(strange)} did` : ''
  const each = (at: number) => [from, to].flatMap((user) => room.of(user).slice(at)[0] ?? [])
  const heard = reached.filter((device) => meant.includes(device))
  for (const user of [from, to]) {
    if (are(missing, room.of(user))) return `none of ${user}'s devices heard it${also}`
  }
  if (are(heard, [sender])) return `only ${sender.name} heard it, which sent it`
  if (are(missing, [sender])) return `${sender.name}, which sent it, did not hear it${also}`
  if (!room.thinnedOut) {
    if (are(heard, each(-1)))
      return `only ${inWords(heard)} heard it, the last of each to connect`
    if (are(heard, each(0)))
      return `only ${inWords(heard)} heard it, the first of each to connect`
  }
  const others = room.of(from).filter((device) => device !== sender)
  if (are(missing, others)) {
    return `of ${from}'s devices only ${sender.name}, which sent it, heard it${also}`
  }
  return `${inWords(missing)} did not hear it${also}`
}

// Was it too early? Then the same is heard now.
async function comesLater(room: Room, sender: Device, message: Message): Promise<boolean> {
  const again = { ...message, text: `${message.text} (again)` }
  send(sender, again)
  const heard = () => room.of(again.from, again.to).every((one) => copies(one, again) > 0)
  return (await soon(room, () => heard() || undefined)) ?? false
}

// Is it understood when it is sent in another way than in the envelope?
async function sentOtherwise(
  room: Room,
  sender: Device,
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
    return room.all.some((device) => traces(device, trace)[0])
  }
  const understood = await soon(room, () => Object.keys(ways).find(isHeard))
  return understood && `nobody heard it. Sent as ${understood} it is heard`
}

// What does the instance itself say of such a message?
async function withAnswer(room: Room, sender: Device, { to, text }: Message): Promise<string> {
  const args = { to, text: `${text} (asked)` }
  const answer = tell(sender, { event: 'sendMessage', args })
  const said = await soon(room, () => answer.args)
  return said ? `; it is answered with ${JSON.stringify(said).slice(1, -1) || 'nothing'}` : ''
}

function soon<T>({ stage }: Room, look: () => T | undefined): Promise<T | undefined> {
  return waitFor({ look, watch: every(10), withinMs: 300, signal: stage.signal })
}

function are(some: readonly Device[], others: readonly Device[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one))
}

function inWords(devices: readonly Device[]): string {
  return list(devices.map(({ name }) => name))
}
