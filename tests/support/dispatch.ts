import type { CommandEvent, WireEvent } from '../../workshop/wire/index.ts'
import { type Message, chatInstance, copies, send } from './chat.ts'
import type { Device } from './device.ts'
import { isCommand } from './evidence.ts'
import { NotYet, expectThat, list } from './failure.ts'
import { sentence } from './heard.ts'
import { every, fields } from './jobs.ts'
import { parse } from './message.ts'
import { waitFor } from './patience.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

// What the gates of the chat on several instances share: what is dispatched, who hears of it.

/** The channel of what is dispatched. A scope in front of it, `chat:`, is fine. */
export const channel = 'outgoing_socket_message'

/** Starts two instances of the chat and waits until each answers requests. */
export function twoInstances(stage: Stage): Promise<[Program, Program]> {
  return Promise.all([chatInstance(stage, 'web.1'), chatInstance(stage, 'web.2')])
}

/** Whether this is the channel of what is dispatched. */
export function isChannel(name = ''): boolean {
  return name.endsWith(channel) && /(^|[^a-z])$/i.test(name.slice(0, -channel.length))
}

/** What a program has sent to listen to the channel, confirmed or not. */
export function listenings({ wire }: { wire: readonly WireEvent[] }): CommandEvent[] {
  return wire
    .filter(isCommand)
    .filter(({ name, args }) => /^[PS]?SUBSCRIBE$/.test(name) && args.some(listensTo))
}

/** The channel as this program writes it: with its scope, if it has one. */
export function channelOf(program: Program): string {
  const names = [...listenings(program), ...program.sent('PUBLISH')].map(({ args }) => args)
  return names.flatMap((args) => args.find(isChannel) ?? [])[0] ?? channel
}

/** What is dispatched to bring a message to one user. */
export function envelopeFor(id: string, { from, to, text }: Message): string {
  return JSON.stringify({ event: 'messageSent', id, args: { from, to, text } })
}

/** Waits until a program has dispatched a message for one user. */
export async function dispatches(
  program: Program,
  device: Device,
  message: Message,
  id: string,
): Promise<void> {
  const before = program.sent('PUBLISH').length
  const since = () => program.sent('PUBLISH').slice(before)
  const meant = () => program.sent('PUBLISH').filter(({ args }) => isAbout(args, message))
  await program.until(
    `${program.name} to publish {"event":"messageSent","id":"${id}","args":…} on "${channel}"`,
    () => meant().find(({ args }) => isChannel(args[0]) && isFor(args, id, message)),
    {
      hurried: () => since().length > 0 || meant().length > 0 || copies(device, message) > 0,
      received: () => instead([...meant(), ...since()], device, message),
    },
  )
}

/** Waits until all these devices have heard a message. */
export async function allHear(
  stage: Stage,
  devices: readonly Device[],
  message: Message,
  withinMs = 5_000,
): Promise<void> {
  const deaf = () => devices.filter((device) => copies(device, message) === 0)
  const found = await waitFor({
    look: () => (deaf().length === 0 ? true : undefined),
    watch: every(20),
    withinMs,
    // It is on its way, or will never be.
    hurried: () =>
      deaf().length < devices.length ||
      stage.programs.some((one) => one.instance.exit || isSent(one, message)),
    signal: stage.signal,
  })
  const [device] = deaf()
  if (found || !device) return
  const ended = stage.programs.find(({ instance }) => instance.exit)
  throw new NotYet(
    `${device.name} to hear "${message.text}" from ${message.from} to ${message.to}`,
    ended ? `${ended.name}: ${ended.describe()}` : whoHeard(devices, deaf(), message),
    ended?.name,
  )
}

/** Sends a message and waits until all these devices have heard it. */
export async function travels(
  stage: Stage,
  sender: Device,
  message: Message,
  devices: readonly Device[],
  withinMs?: number,
): Promise<void> {
  send(sender, message)
  await allHear(stage, devices, message, withinMs)
}

/**
 * All these devices have heard a message exactly once. Only to be asked when a later message has
 * come the same way: then nothing more can follow.
 */
export function oneCopyEach(devices: readonly Device[], message: Message): void {
  const counts = devices.map((device) => `${device.name} ${times(copies(device, message))}`)
  expectThat(
    devices.every((device) => copies(device, message) === 1),
    `each device of ${[...new Set([message.from, message.to])].join(' and ')} to hear "${message.text}" once`,
    counts.join(', '),
  )
}

function times(many: number): string {
  return many === 1 ? 'once' : many === 2 ? 'twice' : `${many} times`
}

/** Whether an argument of SUBSCRIBE or PSUBSCRIBE is the channel, or fits it. */
function listensTo(name: string): boolean {
  return isChannel(name) || /^\*|^outgoing.*\*/.test(name)
}

function isSent(program: Program, message: Message): boolean {
  return program
    .sent('PUBLISH')
    .some(({ args, reply }) => reply !== undefined && isAbout(args, message))
}

/** Whether a publication has to do with a message, whatever it looks like. */
function isAbout([, payload = '']: string[], { text }: Message): boolean {
  return payload.includes(text)
}

function isFor([, payload = '']: string[], wanted: string, message: Message): boolean {
  const { event, id, args } = parse(payload)
  const { from, to, text } = fields(args)
  const same = from === message.from && to === message.to && text === message.text
  return event === 'messageSent' && id === wanted && same
}

function instead(
  [published]: CommandEvent[],
  device: Device,
  message: Message,
): string | undefined {
  if (published) {
    const [name, payload = 'nothing'] = published.args
    return `it published ${payload} on "${name}"`
  }
  return copies(device, message) > 0
    ? `it sent nothing to Redis, and ${device.name} heard "${message.text}"`
    : undefined
}

function whoHeard(
  devices: readonly Device[],
  deaf: readonly Device[],
  message: Message,
): string {
  const names = devices.filter((one) => copies(one, message) > 0).map(({ name }) => name)
  if (names.length > 0) return `only ${list(names)} heard it`
  const last = deaf[0]?.heard.at(-1)
  const none = devices.length === 1 ? 'it did not' : 'no device did'
  return last ? `${none}; the last it heard is ${sentence(last)}` : none
}
