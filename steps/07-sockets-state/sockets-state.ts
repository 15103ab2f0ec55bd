// Which devices of which user are connected to this process. It is this process's memory: no
// other one can look into it.

import type { UserSocket } from './auth.ts'

// TODO(2) A user has a phone and a computer, and here is room for one of them: the last one wins,
// and when any of them leaves the user is forgotten. Keep all devices of a user; forget just the one
// that leaves, and with the last one the user.
const sockets = new Map<string, UserSocket>()

export const socketsState = {
  /** Remembers a device. A user may have several. */
  add(user: string, socket: UserSocket): void {
    sockets.set(user, socket)
  },

  /** Forgets this device, and with the last one the user. */
  remove(user: string, _socket: UserSocket): void {
    sockets.delete(user)
  },

  /** Sends an event to all devices of a user that are connected here: to none, perhaps. */
  emit(user: string, event: string, args: unknown): void {
    sockets.get(user)?.emit('message', { event, args })
  },

  /** How many devices each user has here. */
  count(): Record<string, number> {
    return Object.fromEntries([...sockets].map(([user]) => [user, 1]))
  },
}
