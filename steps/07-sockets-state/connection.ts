// All messages of a device are one Socket.IO event, `message`, with {event, args}: one place that
// validates what comes in.

import type { UserSocket } from './auth.ts'
import { fieldsOf } from './fields.ts'
import { announceDisconnect, type Answer } from './handlers.ts'
import { socketsState } from './sockets-state.ts'

/** Adds the device to `socketsState` while it is connected, and handles its messages. */
export function onConnection(socket: UserSocket): void {
  // No await before these lines: messages that arrive before the listener is added are lost.
  socket.on('disconnect', () => {
    socketsState.remove(socket.data.user, socket)
    announceDisconnect(socket)
  })
  socket.on('message', (envelope: unknown, reply: unknown) => {
    const answer = handle(socket, envelope)
    if (typeof reply === 'function') reply(answer)
  })
  socketsState.add(socket.data.user, socket)
}

function handle(_socket: UserSocket, envelope: unknown): Answer {
  const { event } = fieldsOf(envelope)
  // TODO(2) Call the function in `handlers` that `event` names, with the socket and the fields of
  // `args`, and return its answer. `event` can be any value. If there is no such handler, answer
  // with an error.
  return { error: `no handler is called for ${JSON.stringify(event)}` }
}
