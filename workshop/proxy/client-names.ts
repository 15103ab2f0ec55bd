import { escapeControls, truncate } from '../terminal-text.ts'
import { RespError, type WireEvent } from './events.ts'
import type { Recording } from './recording.ts'

const widest = 20

/**
 * Gives the events of programs that we did not start the name of their connection as their
 * instance: what a program calls itself with CLIENT SETNAME or in HELLO, and before that the name of
 * its process. Listeners that are added to the recording later get the events with their names.
 *
 * @param processAt the name of the process that connects from this port, if it is known
 */
export function nameClients(
  recording: Recording,
  processAt: (port: number) => string | undefined,
): void {
  const names = new Map<number, string>()
  recording.onCompleted((event) => {
    const before = names.get(event.connection)
    const found = nameIn(event, processAt)
    const name = found ? truncate(escapeControls(found), widest) : (before ?? 'a client')
    event.instance = name
    names.set(event.connection, name)
    if (event.kind === 'command' && before !== undefined && before !== name)
      event.renamedFrom = before
    if (event.kind === 'close') names.delete(event.connection)
  })
}

function nameIn(
  event: WireEvent,
  processAt: (port: number) => string | undefined,
): string | undefined {
  if (event.kind === 'open') return processAt(event.clientPort ?? 0)
  if (event.kind !== 'command' || event.reply instanceof RespError) return undefined
  const { name, args } = event
  const at = args.findIndex((arg) => arg.toUpperCase() === 'SETNAME')
  return name === 'CLIENT' || name === 'HELLO' ? args[at + 1 || args.length] : undefined
}
