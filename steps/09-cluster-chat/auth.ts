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

/** Lets a device in whose token is known. The others hear why not, as `connect_error`. */
export function onAuth(socket: UserSocket, next: (error?: ExtendedError) => void): void {
  const { token } = socket.handshake.auth
  const user = TOKENS.get(token)
  if (!user) return next(new Error(token ? 'unknown token' : 'token missing'))
  socket.data.user = user
  next()
}
