// Sends an event to a user's devices on all instances: every instance receives it, this one too,
// and delivers it to its own devices of that user.
// Left out: saving traffic. Each instance receives each event, also for users it does not have.

import { socketsState } from './sockets-state.ts'

// TODO(2) openDispatch(bus): subscribe to 'outgoing_socket_message', once per process, and deliver
// what you receive to the devices that are connected here. Any program can publish, so validate it.

/** Sends an event to every device of the user with this id. */
export function dispatch(message: { event: string; id: string; args: unknown }): void {
  // TODO(3) This reaches only devices of this process. Publish the message on the bus instead, and
  // deliver nothing here: this instance receives it, too.
  socketsState.emit(message.id, message.event, message.args)
}
