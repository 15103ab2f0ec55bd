import { readFileSync } from 'node:fs'
import { connect, createServer, isIP, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { TLSSocket, connect as connectTls } from 'node:tls'
import { root } from '../paths.ts'

/** The first byte of TLS: a handshake record. No Redis command begins with it. */
export const TLS_HANDSHAKE = 0x16

/** Where the real Redis is. */
export interface Upstream {
  host: string
  port: number
  /** Its certificate is then verified. */
  tls?: boolean
}

/** Listens on 127.0.0.1, or on another address of this machine. @param port 0 for a free one @returns the port */
export function listen(server: Server, port: number, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : port)
    })
  })
}

/** Connects to Redis. Listeners can be added at once. */
export function connectUpstream({ host, port, tls = false }: Upstream): Socket {
  const options = { host, port, allowHalfOpen: true }
  if (!tls) return connect(options)
  return connectTls(isIP(host) ? options : { ...options, servername: host })
}

/** Expects TLS on a socket that a client opened. */
export function acceptTls(
  socket: Socket,
  { key, cert }: { key: string; cert: string },
): Socket {
  return new TLSSocket(socket, { isServer: true, key, cert })
}

/**
 * Makes sure that a port of this machine, which no server listens on any more, refuses every
 * connection and is not given to another process.
 *
 * @returns a function that frees it
 */
export async function closePort(port: number): Promise<() => Promise<void>> {
  await waitUntilRefused(port)
  const far = createServer((socket) => socket.on('error', () => {}))
  const local = { localAddress: '127.0.0.1', localPort: port }
  // The near end of a connection to ourselves keeps the port without listening on it.
  const near = connect({ host: '127.0.0.1', port: await listen(far, 0), ...local })
  const gone = new Promise<void>((resolve) => near.on('close', () => resolve()))
  // Another process took the port. That will show when it is opened again.
  near.on('error', () => {})
  await Promise.race([new Promise((resolve) => near.on('connect', resolve)), gone])
  return async () => {
    near.resetAndDestroy()
    far.close()
    await gone
  }
}

// A child process that is being started holds copies of all our sockets until its program runs.
// Until then the port accepts connections.
async function waitUntilRefused(port: number): Promise<void> {
  for (let tries = 0; tries < 400 && (await accepts(port)); tries++) await setTimeout(5)
}

/** Whether a server listens on a port of this machine. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('connect', () => socket.destroy())
    socket.on('error', () => resolve(false))
    socket.on('close', (hadError) => resolve(!hadError))
  })
}

/** A key and a certificate for localhost and 127.0.0.1; they protect nothing. */
export interface LocalhostCertificate {
  key: string
  cert: string
  /** For NODE_EXTRA_CA_CERTS: a program that is given it trusts the certificate. */
  certFile: string
}

/** Reads the committed key and certificate (see README.md beside them). */
export function localhostCertificate(): LocalhostCertificate {
  const folder = join(root, 'workshop', 'proxy')
  const certFile = join(folder, 'localhost.cert.pem')
  return {
    key: readFileSync(join(folder, 'localhost.key.pem'), 'utf8'),
    cert: readFileSync(certFile, 'utf8'),
    certFile,
  }
}

/**
 * Looks at the first byte a socket sends, and leaves it to be read.
 *
 * @returns undefined when it ends without having sent anything
 */
export function peekFirstByte(socket: Socket): Promise<number | undefined> {
  return new Promise((resolve) => {
    socket.once('data', (chunk: Buffer) => {
      socket.pause()
      socket.unshift(chunk)
      resolve(chunk[0])
    })
    socket.once('close', () => resolve(undefined))
    socket.once('end', () => resolve(undefined))
    socket.on('error', () => resolve(undefined))
  })
}
