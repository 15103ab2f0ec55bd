import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port that is one's own until it is given back. */
export interface ReservedPort {
  port: number
  release(): Promise<void>
}

// Below what systems hand out by themselves: no process gets one of these by chance.
const first = 20_000
const count = 10_000
const claimBelow = 10_000

/**
 * Finds a TCP port for a program that is still to be started, and keeps it for it. Merely
 * to look which one is free would not do: hundreds of programs start in `npm test`, and until
 * this one listens the system may have given the port to another process.
 *
 * What is held is a UDP port ten thousand below. Every process that looks for a port here asks for
 * that first, in whichever thread or process; should this one die, it is free again. Not the one of
 * the same number: for kill-port, which asks for a number alone, the port would be taken.
 */
export async function reservePort(): Promise<ReservedPort> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = first + Math.floor(Math.random() * count)
    const claim = createSocket('udp4').unref()
    const release = () => new Promise<void>((resolve) => void claim.close(() => resolve()))
    try {
      claim.bind({ port: port - claimBelow, address: '127.0.0.1', exclusive: true })
      await once(claim, 'listening')
      await listenFor(port)
      return { port, release }
    } catch {
      await release()
    }
  }
  throw new Error('there is no free port')
}

// On every address, as programs do.
async function listenFor(port: number): Promise<void> {
  const server = createServer().listen(port)
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}
