// Which user does a socket belong to? A device sends its token once, when it connects. From then
// on the socket belongs to that user, whatever its messages claim.
// Left out: real tokens. These three never change and never expire.

import type { DefaultEventsMap, ExtendedError, Socket } from 'socket.io'

/** What `socket.data` contains: the user, and the device's id after its first `hello`. */
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

/** Accepts a device with a known token. Others receive the reason as `connect_error`. */
export function onAuth(socket: UserSocket, next: (error?: ExtendedError) => void): void {
  const { token } = socket.handshake.auth
  const user = TOKENS.get(token)
  if (!user) return next(new Error(token ? 'unknown token' : 'token missing'))
  socket.data.user = user
  next()
}
