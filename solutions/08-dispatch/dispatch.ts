// An event for a user, wherever the user's devices are: every instance hears of it, this one
// too, and hands it to the devices it has itself. Nobody needs to know who is where.
// Left out: thrift. Each instance hears each event, also of users it has never seen.

import { subscribe, type Bus } from './bus.ts'
import { fieldsOf } from './fields.ts'
import { socketsState } from './sockets-state.ts'

const CHANNEL = 'outgoing_socket_message'

let bus: Bus

/** Listens, once per process; resolves when it is certain that nothing is missed any more. */
export function openDispatch(to: Bus): Promise<void> {
  bus = to
  return subscribe(bus, CHANNEL, deliver)
}

/** Sends an event to every device of the user with this id. */
export function dispatch(message: { event: string; id: string; args: unknown }): void {
  // Not to our own devices as well: we hear it like everybody else, and they would get it twice.
  bus.emit(CHANNEL, message)
}

function deliver(message: unknown): void {
  const { event, id, args } = fieldsOf(message)
  if (typeof event !== 'string' || typeof id !== 'string') {
    return console.warn(
      `ignored, not an event for a user: ${JSON.stringify(message)}`.slice(0, 120),
    )
  }
  socketsState.emit(id, event, args)
}
