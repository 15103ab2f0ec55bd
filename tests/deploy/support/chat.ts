import type { Place } from '../../support/ask.ts'
import { Device } from '../../support/device.ts'
import type { Heard } from '../../support/heard.ts'
import { fieldsOf, textOf } from './fields.ts'

/** A device of a user, connected to the chat, that comes back by itself. */
export function device(place: Place, user: string, signal: AbortSignal): Promise<Device> {
  const auth = { token: `token-of-${user}` }
  const options = { name: `a device of ${user}`, auth, reconnects: true }
  return new Device(place, options, signal).connect()
}

let hellos = 0

/** Which container a device is at: `web.2`, when the process that serves it is `web.2.3`. */
export async function containerOf(of: Device): Promise<string> {
  hellos += 1
  const name = `hello ${hellos}`
  await of.ask('message', { event: 'hello', args: { device: name, name } })
  const here = await of.hears('message', (envelope) => argsOf(envelope)['device'] === name)
  const instance = textOf(argsOf(here.args[0])['instance'])
  return instance.replace(/\.\d+$/, '')
}

/** Has a device write to somebody. */
export function write(from: Device, to: string, text: string): Promise<readonly unknown[]> {
  return from.ask('message', { event: 'sendMessage', args: { to, text } })
}

/** Waits until a device has heard a text. */
export function hears(who: Device, text: string): Promise<Heard> {
  return who.hears('message', isText(text), `${who.name} to hear "${text}"`)
}

/** How often a device has heard a text. */
export function copies(who: Device, text: string): number {
  return who.all('message', isText(text)).length
}

function isText(text: string) {
  return (envelope: unknown) => argsOf(envelope)['text'] === text
}

function argsOf(envelope: unknown): Record<string, unknown> {
  return fieldsOf(fieldsOf(envelope)['args'])
}
