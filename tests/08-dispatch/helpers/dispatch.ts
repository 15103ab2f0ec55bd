import {
  type AppUnderTest,
  type CommandRef,
  ExpectationFailed,
  type SocketClient,
  type TestBed,
  commandRef,
  failUnless,
  fieldsOf,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import { type Message, countReceived, send, startChat } from '../../shared/chat.ts'
import { channel, channelOf, isChannel } from './channel.ts'

/** Starts two instances of the chat and waits until each answers requests. */
export function startTwo(testBed: TestBed): Promise<[AppUnderTest, AppUnderTest]> {
  return Promise.all([startChat(testBed, 'web.1'), startChat(testBed, 'web.2')])
}

/** What is dispatched to bring a message to one user. */
export function envelopeFor(id: string, { from, to, text }: Message): string {
  return JSON.stringify({ event: 'messageSent', id, args: { from, to, text } })
}

/** Waits until an app has dispatched a message for one user. */
export async function waitForDispatch(
  app: AppUnderTest,
  device: SocketClient,
  message: Message,
  id: string,
): Promise<void> {
  const { from, to, text } = message
  const before = app.sentCommands('PUBLISH').length
  const all = () => app.sentCommands('PUBLISH')
  const since = () => all().slice(before)
  // Whatever it looks like, it has to do with the message.
  const meant = () => all().filter(({ args }) => args[1]?.includes(text))
  const reached = () => (countReceived(device, message) > 0 ? [device.name] : [])
  // The one for the same user, if it can be recognized.
  const isNear = ({ args: [, payload = ''] }: CommandRef) =>
    payload.replaceAll('\\', '').includes(`"id":"${id}"`)
  const instead = (): CommandRef | undefined => {
    const found = [...meant(), ...since()].map(commandRef)
    return found.find(isNear) ?? found[0]
  }
  await app.waitUntil(
    () => ({
      kind: 'command-missing',
      app: app.name,
      command: 'PUBLISH',
      channel,
      fields: { event: 'messageSent', id, args: { from, to, text } },
      instead: instead(),
      reached: reached(),
    }),
    () => meant().find(({ args }) => isChannel(args[0]) && isFor(args, id, message)),
    { shortenWhen: () => instead() !== undefined || reached().length > 0 },
  )
}

/** A device that claims to be another user sends for its own, or is refused. */
export async function expectOwnName(app: AppUnderTest, device: SocketClient): Promise<void> {
  const claims = { from: 'linus', user: 'linus', id: 'linus', userId: 'linus' }
  const args = { ...claims, to: 'grace', text: 'who am I?' }
  device.emit('message', { event: 'sendMessage', args, ...claims })
  const later = { from: 'ada', to: 'grace', text: 'after that' }
  send(device, later)
  await waitForDispatch(app, device, later, 'ada')
  const claimed = app
    .sentCommands('PUBLISH')
    .find((command) => isFrom(command.args, claims.from))
  if (!claimed) return
  throw new ExpectationFailed({
    kind: 'command-unexpected',
    app: app.name,
    command: commandRef(claimed),
    when: 'in the name of linus, as the token of the device is that of ada',
  })
}

function isFrom([, payload = '']: readonly string[], user: string): boolean {
  const { id, args } = parseJsonObject(payload)
  return id === user || fieldsOf(args)['from'] === user
}

/** What is published on the channel reaches the devices of a user. */
export async function expectSubscribed(
  testBed: TestBed,
  app: AppUnderTest,
  message: Message,
): Promise<void> {
  const name = channelOf(app)
  const receivers = await testBed.publish(name, envelopeFor(message.to, message))
  failUnless(receivers > 0, {
    kind: 'subscription-missing',
    app: app.name,
    channel: name,
    again: false,
  })
}

function isFor([, payload = '']: readonly string[], wanted: string, message: Message): boolean {
  const { event, id, args } = parseJsonObject(payload)
  const { from, to, text } = fieldsOf(args)
  const same = from === message.from && to === message.to && text === message.text
  return event === 'messageSent' && id === wanted && same
}
