import { setTimeout } from 'node:timers/promises'
import { connect, createServer, isIP, type Server, type Socket } from 'node:net'
import { TLSSocket, connect as connectTls } from 'node:tls'

/** Where the real Redis is. */
export interface Upstream {
  host: string
  port: number
  /** Its certificate is then verified. */
  tls?: boolean
}

/** Listens on 127.0.0.1. @param port 0 for a free one @returns the port */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : port)
    })
  })
}

/** Connects to Redis; what it says can be listened to at once. */
export function connectUpstream({ host, port, tls = false }: Upstream): Socket {
  const options = { host, port, allowHalfOpen: true }
  if (!tls) return connect(options)
  return connectTls(isIP(host) ? options : { ...options, servername: host })
}

/** Puts TLS on a socket that somebody opened to us. */
export function acceptTls(
  socket: Socket,
  { key, cert }: { key: string; cert: string },
): Socket {
  return new TLSSocket(socket, { isServer: true, key, cert })
}

/**
 * Closes a port of this machine, on which nobody listens any more, for certain: whoever dials
 * it is refused, and nobody else is given it.
 *
 * @returns how to open it again
 */
export async function closePort(port: number): Promise<() => Promise<void>> {
  await waitUntilRefused(port)
  const far = createServer((socket) => socket.on('error', () => {}))
  const local = { localAddress: '127.0.0.1', localPort: port }
  // The near end of a connection to ourselves keeps the port without listening on it.
  const near = connect({ host: '127.0.0.1', port: await listen(far, 0), ...local })
  const gone = new Promise<void>((resolve) => near.on('close', () => resolve()))
  near.on('error', () => {}) // Somebody else was faster. That will show when it is opened again.
  await Promise.race([new Promise((resolve) => near.on('connect', resolve)), gone])
  return async () => {
    near.resetAndDestroy()
    far.close()
    await gone
  }
}

// A process that is being started on another thread holds copies of all our sockets until its
// program runs. So long the port is not closed, whatever we do.
async function waitUntilRefused(port: number): Promise<void> {
  for (let tries = 0; tries < 400 && (await accepts(port)); tries++) await setTimeout(5)
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('connect', () => socket.destroy())
    socket.on('error', () => resolve(false))
    socket.on('close', (hadError) => resolve(!hadError))
  })
}
