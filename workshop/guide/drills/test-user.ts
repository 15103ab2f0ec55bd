import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { json, text } from 'node:stream/consumers'
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
  const cookie = await logInWithCookie(url, user)
  const socket = await open(url, { extraHeaders: { cookie } })
  if (socket) return socket
  throw new UserError('Your app did not accept the web socket of a user that is logged in')
}

/**
 * Logs in, and gets a cookie for it.
 *
 * @param url of an instance
 * @returns what the browser sends back as `Cookie`; empty when there is none
 * @throws UserError when the app does not let it in
 */
export async function logInWithCookie(url: string, user: string): Promise<string> {
  const { headers } = (await logIn(url, user)).resume()
  const cookies = headers['set-cookie'] ?? []
  return cookies.map((one) => one.split(';')[0]).join('; ')
}

/** What an instance answers to GET with a cookie. @throws UserError when it does not answer */
export async function getWithCookie(
  url: string,
  cookie: string,
): Promise<{ status: number; text: string }> {
  const response = await send(url, { headers: { cookie } }).catch(() => undefined)
  if (!response) throw new UserError(`Your app did not answer GET ${new URL(url).pathname}`)
  return { status: response.statusCode ?? 0, text: await text(response) }
}

/**
 * Logs in, and gets a token for it.
 *
 * @param url of an instance
 * @throws UserError when the app answers without a token
 */
export async function requestToken(url: string, user: string): Promise<string> {
  const response = await logIn(url, user)
  const { token } = await json(response).then(Object, () => ({}))
  if (typeof token === 'string') return token
  throw new UserError('Your app did not answer POST /login with a token')
}

async function logIn(url: string, user: string): Promise<IncomingMessage> {
  const headers = { 'Content-Type': 'application/json' }
  const options = { method: 'POST', headers }
  const response = await send(`${url}/login`, options, JSON.stringify({ user })).catch(
    () => undefined,
  )
  if (response && (response.statusCode ?? 500) < 400) return response
  throw new UserError('Your app did not let a user log in at POST /login')
}

// Not with `fetch`: since Node 24 it may send everything through HTTP_PROXY, and no
// proxy reaches this machine's loopback. A request without an agent goes straight there.
function send(url: string, options: RequestOptions, body = ''): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    request(url, { ...options, agent: false, signal })
      .once('response', resolve)
      .once('error', reject)
      .end(body)
  })
}

/**
 * Opens a socket with a token, as a device of the chat does.
 *
 * @param url of an instance
 * @param lastId of the last message that the device has
 * @throws UserError when the app does not let it in
 */
export async function connectWithToken(
  url: string,
  token: string,
  lastId?: unknown,
): Promise<Socket> {
  const socket = await open(url, { auth: { token, lastId } })
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
