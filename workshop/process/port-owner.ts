import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { readProc } from './proc-file.ts'

/**
 * Which process of this machine has one end of a TCP connection. Read from /proc, so on Linux only:
 * https://docs.kernel.org/networking/proc_net_tcp.html
 */
export class PortOwners {
  // Looked at first: a program that connects often is found at once.
  readonly #known = new Set<string>()

  /**
   * @param port of its own end
   * @param remotePort of the other end
   * @returns `python3 4711`; undefined when the process has ended or belongs to another user
   */
  find(port: number, remotePort: number): string | undefined {
    const inode = socketInode(port, remotePort)
    if (inode === undefined) return undefined
    const living = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    for (const pid of this.#known) if (!living.includes(pid)) this.#known.delete(pid)
    const pid = [...this.#known, ...living].find((one) => hasSocket(one, inode))
    const name = pid && programName(pid)
    if (!name) return undefined
    this.#known.add(pid)
    return `${name} ${pid}`
  }
}

function socketInode(port: number, remotePort: number): string | undefined {
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readIfThere(table).split('\n')) {
      const [, local = '', remote = '', , , , , , , inode] = line.trim().split(/\s+/)
      if (local.endsWith(toHex(port)) && remote.endsWith(toHex(remotePort))) return inode
    }
  }
  return undefined
}

function toHex(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, '0')}`
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // Not Linux, or no IPv6.
  }
}

function hasSocket(pid: string, inode: string): boolean {
  try {
    const files = readdirSync(`/proc/${pid}/fd`)
    return files.some((fd) => targetOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`)
  } catch {
    return false // It has ended, or belongs to another user.
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    return undefined // It was closed since.
  }
}

function programName(pid: string): string | undefined {
  try {
    const [program = ''] = readProc(`/proc/${pid}/cmdline`).toString('utf8').split('\0')
    return basename(program)
  } catch {
    return undefined // It has ended since.
  }
}
