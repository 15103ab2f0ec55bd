// An event for a user, wherever the user's devices are: every instance hears of it, this one
// too, and hands it to the devices it has itself. Nobody needs to know who is where.
// Left out: thrift. Each instance hears each event, also of users it has never seen.

import { socketsState } from './sockets-state.ts'

// TODO(2) openDispatch(): listen to 'outgoing_socket_message' on the bus, once per process, and hand
// what is heard to the devices that are connected here. What comes from outside may be anything.

/** Sends an event to every device of the user with this id. */
export function dispatch(message: { event: string; id: string; args: unknown }): void {
  // TODO(3) Only this process hears of it. Publish it on the bus instead: this one hears it, too.
  socketsState.emit(message.id, message.event, message.args)
}
