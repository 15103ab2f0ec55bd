// Which devices of which user are connected to this process. This is the memory of one process:
// other processes cannot read it.

import type { UserSocket } from './auth.ts'

// TODO(3) This keeps one socket per user: a second device replaces the first, and when either
// disconnects, the user is removed. Keep all sockets of a user. Remove only the socket that
// disconnects, and remove the user with the last socket.
const sockets = new Map<string, UserSocket>()

export const socketsState = {
  /** Adds a device. A user may have several. */
  add(user: string, socket: UserSocket): void {
    sockets.set(user, socket)
  },

  /** Removes this device, and with the last one the user. */
  remove(user: string, _socket: UserSocket): void {
    sockets.delete(user)
  },

  /** Sends an event to all devices of a user that are connected here, if there are any. */
  emit(user: string, event: string, args: unknown): void {
    sockets.get(user)?.emit('message', { event, args })
  },

  /** How many devices each user has here. */
  count(): Record<string, number> {
    return Object.fromEntries([...sockets].map(([user]) => [user, 1]))
  },
}
