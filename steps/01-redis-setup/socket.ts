// Opens the connection to Redis, with TLS or without, and with a time limit: a server that is
// overloaded may accept a connection and never reply.

import net from 'node:net'
import { addAbortSignal } from 'node:stream'
import tls from 'node:tls'
import type { RedisAddress } from './redis-url.ts'

const LIMIT_MS = 2000

/** A socket to Redis; reading from it throws when it takes longer than 2 s. */
export function openSocket({ host, port, tls: encrypted }: RedisAddress): net.Socket {
  // One server may have certificates for several names: name the one that is meant (never an IP).
  const socket = encrypted
    ? tls.connect({ host, port, servername: net.isIP(host) ? '' : host })
    : net.connect({ host, port })
  return addAbortSignal(AbortSignal.timeout(LIMIT_MS), socket)
}
