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

function handle(socket: UserSocket, envelope: unknown): Answer {
  const { event, args } = fieldsOf(envelope)
  // hasOwn, because handlers['constructor'] is there, too: every object inherits it.
  const known = typeof event === 'string' && Object.hasOwn(handlers, event)
  const handler = known ? handlers[event] : undefined
  return handler ? handler(socket, fieldsOf(args)) : { error: 'there is no such event' }
}
