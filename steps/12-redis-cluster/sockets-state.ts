// Which devices of which user are connected to this process. This is the memory of one process:
// other processes cannot read it.

import type { UserSocket } from './auth.ts'

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

  /** Whether a user has a device here. */
  has(user: string): boolean {
    return sockets.has(user)
  },

  /** The devices that a user has here. */
  of(user: string): Iterable<UserSocket> {
    return sockets.get(user) ?? []
  },

  /** All devices that are connected here. */
  all(): UserSocket[] {
    return [...sockets.values()].flatMap((devices) => Array.from(devices))
  },

  /** How many devices each user has here. */
  count(): Record<string, number> {
    return Object.fromEntries([...sockets].map(([user, devices]) => [user, devices.size]))
  },
}
