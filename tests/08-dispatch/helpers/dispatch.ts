import type { CommandEvent, WireEvent } from '../../../workshop/proxy/index.ts'
import { type Message, startChat, countReceived, send } from '../../shared/chat.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import { isCommand } from '../../../workshop/check/evidence.ts'
import {
  ExpectationFailed,
  expectTrue,
  formatList,
} from '../../../workshop/check/expectation.ts'
import { describeEvent } from '../../../workshop/check/socket-events.ts'
import { pollEvery, fieldsOf } from '../../06-worker-jobs/helpers/jobs.ts'
import { parseJsonObject } from '../../../workshop/check/json.ts'
import { waitFor } from '../../../workshop/check/wait-for.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../../workshop/check/test-bed.ts'

// What the gates of the chat on several instances share: what is dispatched, who hears of it.

/** The channel of what is dispatched. A scope in front of it, `chat:`, is fine. */
export const channel = 'outgoing_socket_message'

/** Starts two instances of the chat and waits until each answers requests. */
export function startTwo(stage: TestBed): Promise<[AppUnderTest, AppUnderTest]> {
  return Promise.all([startChat(stage, 'web.1'), startChat(stage, 'web.2')])
}

/** Whether this is the channel of what is dispatched. */
export function isChannel(name = ''): boolean {
  return name.endsWith(channel) && /(^|[^a-z])$/i.test(name.slice(0, -channel.length))
}

/** What a program has sent to listen to the channel, confirmed or not. */
export function redisSubscriptions({ wire }: { wire: readonly WireEvent[] }): CommandEvent[] {
  return wire
    .filter(isCommand)
    .filter(({ name, args }) => /^[PS]?SUBSCRIBE$/.test(name) && args.some(signalHandlers))
}

/** The channel as this program writes it: with its scope, if it has one. */
export function channelOf(program: AppUnderTest): string {
  const names = [...redisSubscriptions(program), ...program.sentCommands('PUBLISH')].map(
    ({ args }) => args,
  )
  return names.flatMap((args) => args.find(isChannel) ?? [])[0] ?? channel
}

/** What is dispatched to bring a message to one user. */
export function envelopeFor(id: string, { from, to, text }: Message): string {
  return JSON.stringify({ event: 'messageSent', id, args: { from, to, text } })
}

/** Waits until a program has dispatched a message for one user. */
export async function waitForDispatch(
  program: AppUnderTest,
  device: SocketClient,
  message: Message,
  id: string,
): Promise<void> {
  const before = program.sentCommands('PUBLISH').length
  const since = () => program.sentCommands('PUBLISH').slice(before)
  const meant = () =>
    program.sentCommands('PUBLISH').filter(({ args }) => isAbout(args, message))
  await program.waitUntil(
    `${program.name} to publish {"event":"messageSent","id":"${id}","args":…} on "${channel}"`,
    () => meant().find(({ args }) => isChannel(args[0]) && isFor(args, id, message)),
    {
      shortenWhen: () =>
        since().length > 0 || meant().length > 0 || countReceived(device, message) > 0,
      received: () => instead([...meant(), ...since()], device, message),
    },
  )
}

/** Waits until all these devices have heard a message. */
export async function waitForAll(
  stage: TestBed,
  devices: readonly SocketClient[],
  message: Message,
  withinMs = 5_000,
): Promise<void> {
  const deaf = () => devices.filter((device) => countReceived(device, message) === 0)
  const found = await waitFor({
    poll: () => (deaf().length === 0 ? true : undefined),
    onChange: pollEvery(20),
    withinMs,
    // It is on its way, or will never be.
    shortenWhen: () =>
      deaf().length < devices.length ||
      stage.apps.some((one) => one.instance.exit || isSent(one, message)),
    signal: stage.signal,
  })
  const [device] = deaf()
  if (found || !device) return
  const ended = stage.apps.find(({ instance }) => instance.exit)
  throw new ExpectationFailed(
    `${device.name} to hear "${message.text}" from ${message.from} to ${message.to}`,
    ended ? `${ended.name}: ${ended.describe()}` : describeReceivers(devices, deaf(), message),
    ended?.name,
  )
}

/** Sends a message and waits until all these devices have heard it. */
export async function expectDelivered(
  stage: TestBed,
  sender: SocketClient,
  message: Message,
  devices: readonly SocketClient[],
  withinMs?: number,
): Promise<void> {
  send(sender, message)
  await waitForAll(stage, devices, message, withinMs)
}

/**
 * All these devices have heard a message exactly once. Only to be asked when a later message has
 * come the same way: then nothing more can follow.
 */
export function expectOneCopyEach(devices: readonly SocketClient[], message: Message): void {
  const counts = devices.map(
    (device) => `${device.name} ${times(countReceived(device, message))}`,
  )
  expectTrue(
    devices.every((device) => countReceived(device, message) === 1),
    `each device of ${[...new Set([message.from, message.to])].join(' and ')} to hear "${message.text}" once`,
    counts.join(', '),
  )
}

function times(many: number): string {
  return many === 1 ? 'once' : many === 2 ? 'twice' : `${many} times`
}

/** Whether an argument of SUBSCRIBE or PSUBSCRIBE is the channel, or fits it. */
function signalHandlers(name: string): boolean {
  return isChannel(name) || /^\*|^outgoing.*\*/.test(name)
}

function isSent(program: AppUnderTest, message: Message): boolean {
  return program
    .sentCommands('PUBLISH')
    .some(({ args, reply }) => reply !== undefined && isAbout(args, message))
}

/** Whether a publication has to do with a message, whatever it looks like. */
function isAbout([, payload = '']: string[], { text }: Message): boolean {
  return payload.includes(text)
}

function isFor([, payload = '']: string[], wanted: string, message: Message): boolean {
  const { event, id, args } = parseJsonObject(payload)
  const { from, to, text } = fieldsOf(args)
  const same = from === message.from && to === message.to && text === message.text
  return event === 'messageSent' && id === wanted && same
}

function instead(
  [published]: CommandEvent[],
  device: SocketClient,
  message: Message,
): string | undefined {
  if (published) {
    const [name, payload = 'nothing'] = published.args
    return `it published ${payload} on "${name}"`
  }
  return countReceived(device, message) > 0
    ? `it sent nothing to Redis, and ${device.name} heard "${message.text}"`
    : undefined
}

function describeReceivers(
  devices: readonly SocketClient[],
  deaf: readonly SocketClient[],
  message: Message,
): string {
  const names = devices.filter((one) => countReceived(one, message) > 0).map(({ name }) => name)
  if (names.length > 0) return `only ${formatList(names)} heard it`
  const last = deaf[0]?.received.at(-1)
  const none = devices.length === 1 ? 'it did not' : 'no device did'
  return last ? `${none}; the last it heard is ${describeEvent(last)}` : none
}
