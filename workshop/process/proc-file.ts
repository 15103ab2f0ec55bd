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
      const space = room.length - length
      const read = readSync(file, room, length, space, null)
      length += read
      // The kernel fills the space while there is more: another call would return 0.
      if (read < space) return room.subarray(0, length)
    }
  } finally {
    closeSync(file)
  }
}
