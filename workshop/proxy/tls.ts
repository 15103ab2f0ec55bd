import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Socket } from 'node:net'
import { root } from '../paths.ts'

/** The first byte of TLS: a handshake record. No Redis command begins with it. */
export const TLS_HANDSHAKE = 0x16

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
