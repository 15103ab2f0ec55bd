// Who is at the other end? A device shows a token once, when it connects; from then on its
// socket belongs to that user, whatever its messages say.
// Left out: real tokens. These three never change and never expire.

import type { DefaultEventsMap, ExtendedError, Socket } from 'socket.io'

/** What we know of a device: whose it is, and once it has said hello what it calls itself. */
interface Data {
  user: string
  device?: string
}

export type UserSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, Data>

const TOKENS = new Map([
  ['token-of-ada', 'ada'],
  ['token-of-grace', 'grace'],
  ['token-of-linus', 'linus'],
])

/** Lets a device in. */
export function onAuth(socket: UserSocket, next: (error?: ExtendedError) => void): void {
  // TODO(1) Everybody gets in. Refuse a token that is missing or unknown, and say which: whoever
  // calls next() with an Error refuses, and the device hears its message as `connect_error`.
  socket.data.user = TOKENS.get(socket.handshake.auth.token) ?? 'somebody'
  next()
}
