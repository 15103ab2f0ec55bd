// Which devices of which user are connected to this process. This is the memory of one process:
// other processes cannot read it.

import type { UserSocket } from './auth.ts'
import { deliver } from './catch-up.ts'

const sockets = new Map<string, Set<UserSocket>>()

export const socketsState = {
  /** Adds a device. A user may have several. */
  add(user: string, socket: UserSocket): void {
    const devices = sockets.get(user) ?? new Set()
    sockets.set(user, devices.add(socket))
  },

  /** Removes this device, and with the last one the user. */
  remove(user: string, socket: UserSocket): void {
    const devices = sockets.get(user)
    devices?.delete(socket)
    if (devices?.size === 0) sockets.delete(user)
  },

  /** Sends an event to all devices of a user that are connected here, if there are any. */
  emit(user: string, event: string, args: unknown): void {
    for (const socket of sockets.get(user) ?? []) deliver(socket, { event, args })
  },

  /** How many devices each user has here. */
  count(): Record<string, number> {
    return Object.fromEntries([...sockets].map(([user, devices]) => [user, devices.size]))
  },
}
