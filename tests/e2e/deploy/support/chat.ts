import type { Endpoint } from '../../../../workshop/check/http.ts'
import { SocketClient } from '../../../../workshop/check/socket-client.ts'
import type { ReceivedEvent } from '../../../../workshop/check/socket-events.ts'
import { fieldsOf, textOf } from './fields.ts'

/** A device of a user, connected to the chat, that reconnects. */
export function device(
  place: Endpoint,
  user: string,
  signal: AbortSignal,
): Promise<SocketClient> {
  const auth = { token: `token-of-${user}` }
  const options = { name: `a device of ${user}`, auth, reconnects: true }
  return new SocketClient(place, options, signal).connect()
}

let hellos = 0

/** Which container a device is at: `web.2`, when the process that serves it is `web.2.3`. */
export async function containerOf(of: SocketClient): Promise<string> {
  hellos += 1
  const name = `hello ${hellos}`
  await of.emitWithAck('message', { event: 'hello', args: { device: name, name } })
  const here = await of.waitForEvent(
    'message',
    (envelope) => argsOf(envelope)['device'] === name,
  )
  const instance = textOf(argsOf(here.args[0])['instance'])
  return instance.replace(/\.\d+$/, '')
}

/** Sends a message from a device to a user. */
export function write(
  from: SocketClient,
  to: string,
  text: string,
): Promise<readonly unknown[]> {
  return from.emitWithAck('message', { event: 'sendMessage', args: { to, text } })
}

/** Waits until a device has received a text. */
export function waitForText(on: SocketClient, text: string): Promise<ReceivedEvent> {
  return on.waitForEvent('message', isText(text))
}

/** How often a device has received a text. */
export function countReceived(on: SocketClient, text: string): number {
  return on.receivedEvents('message', isText(text)).length
}

function isText(text: string) {
  return (envelope: unknown) => argsOf(envelope)['text'] === text
}

function argsOf(envelope: unknown): Record<string, unknown> {
  return fieldsOf(fieldsOf(envelope)['args'])
}
