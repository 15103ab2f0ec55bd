// All messages of a device are one Socket.IO event, `message`, with {event, args}: one place that
// validates what comes in.

import { disconnectWhenExpired, type UserSocket } from './auth.ts'
import { catchUp } from './catch-up.ts'
import { fieldsOf } from './fields.ts'
import { announceDisconnect, type Answer, handlers } from './handlers.ts'
import { socketsState } from './sockets-state.ts'

/** Adds the device to `socketsState` while it is connected, and handles its messages. */
export function onConnection(socket: UserSocket): void {
  // No await before these lines: messages that arrive before the listener is added are lost.
  socket.on('disconnect', () => {
    socketsState.remove(socket.data.user, socket)
    announceDisconnect(socket)
    // TODO(3) Call refresh(): the last device of this user may have left. Catch its error.
  })
  socket.on('message', async (envelope: unknown, reply: unknown) => {
    const answer = await handle(socket, envelope)
    if (typeof reply === 'function') reply(answer)
  })
  socketsState.add(socket.data.user, socket)
  disconnectWhenExpired(socket)
  void catchUp(socket)
}

async function handle(socket: UserSocket, envelope: unknown): Promise<Answer> {
  const { event, args } = fieldsOf(envelope)
  // hasOwn, because every object inherits properties: handlers['constructor'] is a function.
  const known = typeof event === 'string' && Object.hasOwn(handlers, event)
  const handler = known ? handlers[event] : undefined
  return handler ? handler(socket, fieldsOf(args)) : { error: 'unknown event' }
}
