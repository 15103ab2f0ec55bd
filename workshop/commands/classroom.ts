import { networkInterfaces } from 'node:os'
import { isIPv4 } from 'node:net'
import { openClassroom } from '../classroom/index.ts'
import { UserError, errorCode } from '../errors.ts'
import { ShutdownSignal, pageKeys, untilShutdown } from '../session/index.ts'

const preferredPort = 4400
const usage = 'It is: npm run classroom [new] [ADDRESS[:PORT]]'

/**
 * `npm run classroom [new] [10.0.0.5[:4400]]`: opens the classroom that learners join, until
 * Ctrl+C. The next time it is the same one, unless `new` is typed.
 */
export async function run(words: string[]): Promise<number> {
  const [place, ...more] = words.filter((word) => word !== 'new')
  if (more.length > 0) throw new UserError(usage)
  const own = ownAddresses()
  const { host, port } = parsePlace(place ?? own[0])
  const shutdown = new ShutdownSignal()
  const room = await openClassroom({ host, port }, words.includes('new')).catch((error) => {
    throw toPlaceError(error, host, port)
  })
  console.log(
    introduction(
      room,
      own.filter((address) => address !== host),
    ),
  )
  await untilShutdown(room.board, shutdown)
  await room.close()
  shutdown.close()
  return 0
}

// Virtual networks of this machine, which no laptop of the room reaches.
const virtual = /^(docker|br-|veth|virbr|vmnet|vboxnet|vEthernet|tun|utun|tailscale|wg)/i

function ownAddresses(): string[] {
  const places = Object.entries(networkInterfaces()).flatMap(([name, all = []]) =>
    all
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => ({ address, isVirtual: virtual.test(name) })),
  )
  const sorted = places.toSorted((a, b) => Number(a.isVirtual) - Number(b.isVirtual))
  return sorted.map(({ address }) => address)
}

function parsePlace(place: string | undefined): { host: string; port: number } {
  if (place === undefined)
    throw new UserError('This machine is in no network. Connect it, and try again')
  const [host = '', port = String(preferredPort), ...more] = place.split(':')
  if (!isIPv4(host) || !/^\d{1,5}$/.test(port) || Number(port) > 65_535 || more.length > 0)
    throw new UserError(usage)
  return { host, port: Number(port) }
}

function toPlaceError(error: unknown, host: string, port: number): unknown {
  const code = errorCode(error)
  if (code === 'EADDRINUSE')
    return new UserError(`Port ${port} is taken. Another one: npm run classroom ${host}:4401`)
  if (code === 'EADDRNOTAVAIL')
    return new UserError(
      `${host} is no address of this machine. It has ${ownAddresses().join(', ')}`,
    )
  return error
}

function introduction(
  { joinLine, kitLine, board, learners }: Awaited<ReturnType<typeof openClassroom>>,
  others: string[],
): string {
  const again =
    learners > 0
      ? `  ${learners} learners are in it from before; npm run classroom new forgets them.\n`
      : ''
  const elsewhere =
    others.length > 0
      ? `  This machine has other addresses too: ${others.join(', ')}. To use one: npm run classroom ADDRESS\n`
      : ''
  return `
  Show this to the room:

    ${kitLine ? `${kitLine}\n    ` : ''}${joinLine}

  The board is at ${board}   (${pageKeys()})
${again}${elsewhere}`
}
