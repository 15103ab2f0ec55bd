import { closeSync, openSync, readSync } from 'node:fs'

let room = Buffer.allocUnsafe(64 * 1024)

/**
 * Reads a file of /proc. Their size is not known beforehand, and hundreds are read whenever an
 * instance ends, so all are read into the same buffer.
 *
 * @returns what it holds; good until the next call
 */
export function readProc(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    for (let length = 0; ;) {
      if (length === room.length) room = Buffer.concat([room], 2 * length)
      const read = readSync(file, room, length, room.length - length, null)
      if (read === 0) return room.subarray(0, length)
      length += read
    }
  } finally {
    closeSync(file)
  }
}
