import type { Socket } from 'socket.io-client'
import { localhostCertificate } from '../proxy/index.ts'
import type { HttpSession } from './http-session.ts'

/** How a device connects. */
export interface SocketOptions {
  /** For sentences: `ada's phone`. */
  name?: string
  /** The browser it belongs to: it sends the cookies that one has when it first connects. */
  session?: HttpSession
  /** In the order in which they are tried. Usual: `['websocket']`. */
  transports?: ('websocket' | 'polling')[]
  /** What it sends to the server about itself: `{ token: … }`. */
  auth?: Record<string, unknown>
  /** Whether it connects again by itself. */
  reconnects?: boolean
}

/** Makes a socket.io client that is not connected yet. */
export async function createSocket(url: string, options: SocketOptions): Promise<Socket> {
  // Loaded when it is needed: most steps do without.
  const { io } = await import('socket.io-client')
  const { session, transports = ['websocket'], auth = {}, reconnects = false } = options
  const cookie = session?.cookieFor(url)
  return io(url, {
    transports,
    auth,
    autoConnect: false,
    forceNew: true,
    reconnection: reconnects,
    reconnectionDelay: 50,
    ...(cookie && { extraHeaders: { cookie } }),
    ...(url.startsWith('https:') && { ca: localhostCertificate().cert }),
  })
}
