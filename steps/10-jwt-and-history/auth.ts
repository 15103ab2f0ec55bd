// Which user does a device belong to? So far any device that knows the name of a user can connect
// as that user: the token is made of the name.

import type { DefaultEventsMap, ExtendedError, Socket } from 'socket.io'
import type { DeviceState } from './catch-up.ts'

/** What `socket.data` contains. `device` is the id that the page gives itself. */
interface Data extends DeviceState {
  user: string
  expiresAt: number // in ms since 1970, as Date.now()
  device?: string
}

export type UserSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, Data>

const ALGORITHM = 'HS256'
const ISSUER = 'chat'
const AUDIENCE = 'chat-devices'
const LIFETIME = '1h'
const MIN_SECRET_BYTES = 32 // RFC 7518: a key for HS256 has at least 256 bits
const MAX_TIMEOUT_MS = 2 ** 31 - 1 // 24.8 days. setTimeout() fires at once when it is longer

/** The key for all tokens. Throws one plain sentence when JWT_SECRET is missing or too short. */
export function secretKey(): Uint8Array {
  // TODO(1) Throw an Error if the key has fewer than MIN_SECRET_BYTES bytes. The message names
  // JWT_SECRET, but not its value. newChat() calls this function first.
  return new TextEncoder().encode(process.env.JWT_SECRET)
}

/** A token for a user who has logged in. */
export async function signToken(user: string): Promise<string> {
  // TODO(1) Return a JWT that is signed with secretKey(): SignJWT of the package `jose`. The subject
  // is the user. Algorithm, issuer, audience and lifetime are the constants above.
  return `token-of-${user}`
}

/** The user of a token, and when it expires. Rejects if it is missing, expired or not ours. */
export async function verifyToken(token: unknown): Promise<Pick<Data, 'user' | 'expiresAt'>> {
  // TODO(1) Verify it with jwtVerify() of `jose`: signature, algorithm, issuer, audience, expiry.
  // You choose the algorithm, not the header of the token. expiresAt is in milliseconds.
  const [, user] = /^token-of-(\w+)$/.exec(String(token)) ?? []
  if (!user) throw new Error('unknown token')
  return { user, expiresAt: Infinity }
}

/** Accepts a device with a valid token. Others receive the reason as `connect_error`. */
export async function onAuth(socket: UserSocket, next: (error?: ExtendedError) => void) {
  const { token, lastId } = socket.handshake.auth
  try {
    Object.assign(socket.data, await verifyToken(token), { lastId })
  } catch {
    // Without the cause: it would help only to forge a token.
    return next(new Error(token ? 'invalid or expired token' : 'token missing'))
  }
  next()
}

/** Disconnects a device when its token expires. */
export function disconnectWhenExpired(_socket: UserSocket): void {
  // TODO(2) Call socket.disconnect(true) at socket.data.expiresAt. A timer lasts MAX_TIMEOUT_MS at
  // most: until a later moment it takes several, one after the other. Clear it when the device
  // disconnects (not checked).
}
