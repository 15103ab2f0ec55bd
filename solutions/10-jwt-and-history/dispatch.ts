// Sends an event to a user's devices on all instances: every instance receives it, this one too,
// and delivers it to its own devices of that user.
// Left out: saving traffic. Each instance receives each event, also for users it does not have.

import { subscribe, type Bus } from './bus.ts'
import { fieldsOf } from './fields.ts'
import { socketsState } from './sockets-state.ts'

const CHANNEL = 'outgoing_socket_message'

let bus: Bus

/** Subscribes, once per process; resolves when no message can be missed any more. */
export function openDispatch(to: Bus): Promise<void> {
  bus = to
  return subscribe(bus, CHANNEL, deliver)
}

/** Sends an event to every device of the user with this id. */
export function dispatch(message: { event: string; id: string; args: unknown }): void {
  // Only publish: this instance receives its own message, so its devices would get it twice.
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
