// A reset in a process of its own that meets its end, or a full disk, at the n-th change it
// makes to the disk. Arguments: the course's folder, n, `kill` or `fail`.
import fs from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { UserError } from '../../../workshop/errors.ts'
import { resetStep } from '../../../workshop/course/reset.ts'
import { findStep } from '../../../workshop/course/steps.ts'

const [root = '', nth = '', how = ''] = process.argv.slice(2)
let left = Number(nth)

function fate(): void {
  left -= 1
  if (left !== 0) return
  if (how === 'kill') process.kill(process.pid, 'SIGKILL')
  throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
}

const { mkdir, open, rename, rm, symlink, writeFile } = fs.promises
fs.promises.rename = async (from, to) => {
  fate()
  await rename(from, to)
}
fs.promises.rm = async (path, options) => {
  fate()
  await rm(path, options)
}
fs.promises.symlink = async (target, path) => {
  fate()
  await symlink(target, path)
}
fs.promises.writeFile = async (file, data, options) => {
  fate()
  await writeFile(file, data, options)
}
fs.promises.open = async (path, flags, mode) => {
  fate()
  return writingByHalves(await open(path, flags, mode))
}
Object.assign(fs.promises, {
  mkdir: async (path: string, options: fs.MakeDirectoryOptions) => {
    fate()
    return mkdir(path, options)
  },
})
syncBuiltinESMExports()

// A disk is full, and a process killed, in the middle of a file.
function writingByHalves(handle: FileHandle): FileHandle {
  const write = handle.writeFile.bind(handle)
  handle.writeFile = async (data) => {
    const bytes = Buffer.from(String(data))
    const middle = Math.floor(bytes.length / 2)
    await write(bytes.subarray(0, middle))
    fate()
    await write(bytes.subarray(middle))
  }
  return handle
}

try {
  await resetStep(await findStep('2', root), root)
  // Tells whether the n-th change was ever reached.
  process.exitCode = left > 0 ? 10 : 0
} catch (error) {
  console.error(error)
  process.exitCode = error instanceof UserError ? 2 : 3
}
