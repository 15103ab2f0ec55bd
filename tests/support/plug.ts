import type { Socket } from 'socket.io-client'
import { localTls } from '../../workshop/wire/index.ts'
import type { Browser } from './browser.ts'

/** How a device connects. */
export interface DeviceOptions {
  /** For sentences: `ada's phone`. */
  name?: string
  /** The browser it belongs to: it sends the cookies that one has when it first connects. */
  browser?: Browser
  /** In the order in which they are tried. Usual: `['websocket']`. */
  transports?: ('websocket' | 'polling')[]
  /** What it tells the server about itself: `{ token: … }`. */
  auth?: Record<string, unknown>
  /** Whether it connects again by itself. */
  reconnects?: boolean
}

/** Makes a socket.io client that is not connected yet. */
export async function plug(url: string, options: DeviceOptions): Promise<Socket> {
  // Loaded when it is needed: most steps do without.
  const { io } = await import('socket.io-client')
  const { browser, transports = ['websocket'], auth = {}, reconnects = false } = options
  const cookie = browser?.cookieFor(url)
  return io(url, {
    transports,
    auth,
    autoConnect: false,
    forceNew: true,
    reconnection: reconnects,
    reconnectionDelay: 50,
    ...(cookie && { extraHeaders: { cookie } }),
    ...(url.startsWith('https:') && { ca: localTls().cert }),
  })
}
