import { escapeControls, truncate } from '../terminal-text.ts'
import type { WireEvent } from './events.ts'

const widest = 20

/**
 * Names for the connections of programs that we did not start: what a program calls itself with
 * CLIENT SETNAME or in HELLO, and before that the name of its process.
 */
export class ClientNames {
  readonly #names = new Map<number, string>()

  /** @param processAt the name of the process that connects from this port, if it is known */
  constructor(private readonly processAt: (port: number) => string | undefined) {}

  /** The same event, with the name of its connection as its instance. */
  name(event: WireEvent): WireEvent {
    const name = this.#nameIn(event)
    if (name) this.#names.set(event.connection, truncate(escapeControls(name), widest))
    const named = { ...event, instance: this.#names.get(event.connection) ?? 'a client' }
    if (event.kind === 'close') this.#names.delete(event.connection)
    return named
  }

  #nameIn(event: WireEvent): string | undefined {
    if (event.kind === 'open') return this.processAt(event.clientPort ?? 0)
    if (event.kind !== 'command') return undefined
    const { name, args } = event
    const at = args.findIndex((arg) => arg.toUpperCase() === 'SETNAME')
    return name === 'CLIENT' || name === 'HELLO' ? args[at + 1 || args.length] : undefined
  }
}
