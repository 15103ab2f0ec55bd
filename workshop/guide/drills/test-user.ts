import type { Socket } from 'socket.io-client'
import { UserError } from '../../errors.ts'

const timeoutMs = 5000

/**
 * Logs in and opens a socket, as a browser would.
 *
 * @param url of an instance
 * @throws UserError when the app does not let it in
 */
export async function loginAndConnect(url: string, user: string): Promise<Socket> {
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(() => undefined)
  const cookie = answer?.headers.getSetCookie().map((one) => one.split(';')[0]) ?? []
  if (!answer?.ok) throw new UserError('Your app did not let a visitor log in at POST /login')
  const socket = await open(url, { extraHeaders: { cookie: cookie.join('; ') } })
  if (socket) return socket
  throw new UserError('Your app did not accept the socket of a visitor that is logged in')
}

/**
 * Opens a socket with a token, as a device of steps 7 and 8 does.
 *
 * @param url of an instance
 * @throws UserError when the app does not let it in
 */
export async function connectWithToken(url: string, token: string): Promise<Socket> {
  const socket = await open(url, { auth: { token } })
  if (socket) return socket
  throw new UserError(`Your app did not accept a device with the token ${token}`)
}

async function open(
  url: string,
  options: { auth?: object; extraHeaders?: Record<string, string> },
): Promise<Socket | undefined> {
  const { io } = await import('socket.io-client')
  const socket = io(url, {
    ...options,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  })
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('connect_error', () => resolve(false))
    setTimeout(() => resolve(false), timeoutMs).unref()
  })
  if (connected) return socket
  socket.close()
  return undefined
}
