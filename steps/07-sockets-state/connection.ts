// What a device says comes as one event, `message`, with {event, args} in it: one door, and one
// place that looks at everything before it is believed.

import type { UserSocket } from './auth.ts'
import { fieldsOf } from './fields.ts'
import { announceDisconnect, type Answer, handlers } from './handlers.ts'
import { socketsState } from './sockets-state.ts'

/** Remembers a device while it is connected, and listens to it. */
export function onConnection(socket: UserSocket): void {
  // No await before these lines: what a device says in its first moment would not be heard.
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

// TODO(4) A device can send whatever it likes: an event nobody knows, or one that every object
// inherits, such as 'constructor'. Call a handler of ours or none; the answer then is an error.
function handle(socket: UserSocket, envelope: unknown): Answer {
  const { event, args } = fieldsOf(envelope)
  return handlers[String(event)]!(socket, fieldsOf(args))
}
