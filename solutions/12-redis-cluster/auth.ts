// Which user does a device belong to? POST /login signs a token, and each instance that has the
// secret can verify it, without asking Redis or the instance that signed it.
// Left out: a second secret, with which the first can be replaced while its tokens are in use.

import { jwtVerify, SignJWT } from 'jose'
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
  const key = new TextEncoder().encode(process.env.JWT_SECRET)
  if (key.length >= MIN_SECRET_BYTES) return key
  throw new Error(`Set JWT_SECRET to at least ${MIN_SECRET_BYTES} random bytes`)
}

/** A token for a user who has logged in. */
export function signToken(user: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: ALGORITHM })
    .setSubject(user)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime(LIFETIME)
    .sign(secretKey())
}

/** The user of a token, and when it expires. Rejects if it is missing, expired or not ours. */
export async function verifyToken(token: unknown): Promise<Pick<Data, 'user' | 'expiresAt'>> {
  // The algorithm is ours to choose. The token's header is input from outside.
  const { payload } = await jwtVerify(String(token), secretKey(), {
    algorithms: [ALGORITHM],
    issuer: ISSUER,
    audience: AUDIENCE,
    requiredClaims: ['sub', 'exp'],
  })
  return { user: payload.sub ?? '', expiresAt: (payload.exp ?? 0) * 1000 }
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
export function disconnectWhenExpired(socket: UserSocket): void {
  let timer: NodeJS.Timeout
  wait()
  socket.once('disconnect', () => clearTimeout(timer))

  function wait(): void {
    const left = socket.data.expiresAt - Date.now()
    if (left <= 0) socket.disconnect(true)
    else timer = setTimeout(wait, Math.min(left, MAX_TIMEOUT_MS))
  }
}
