// Runs a reset that is killed, or finds the disk full, at its n-th change to the disk.
// Arguments: the course's folder, n, `kill` or `fail`.
import fs from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { UserError } from '../../../workshop/errors.ts'
import { resetStep } from '../../../workshop/course/reset.ts'
import { findStep } from '../../../workshop/course/steps.ts'

const [root = '', nth = '', how = ''] = process.argv.slice(2)
let left = Number(nth)

function crashAtNth(): void {
  left -= 1
  if (left !== 0) return
  if (how === 'kill') process.kill(process.pid, 'SIGKILL')
  throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
}

const { mkdir, open, rename, rm, symlink, writeFile } = fs.promises
fs.promises.rename = async (from, to) => {
  crashAtNth()
  await rename(from, to)
}
fs.promises.rm = async (path, options) => {
  crashAtNth()
  await rm(path, options)
}
fs.promises.symlink = async (target, path) => {
  crashAtNth()
  await symlink(target, path)
}
fs.promises.writeFile = async (file, data, options) => {
  crashAtNth()
  await writeFile(file, data, options)
}
fs.promises.open = async (path, flags, mode) => {
  crashAtNth()
  return writeInHalves(await open(path, flags, mode))
}
Object.assign(fs.promises, {
  mkdir: async (path: string, options: fs.MakeDirectoryOptions) => {
    crashAtNth()
    return mkdir(path, options)
  },
})
syncBuiltinESMExports()

// Writes a file in two parts, so that the reset can end in the middle of a file.
function writeInHalves(handle: FileHandle): FileHandle {
  const write = handle.writeFile.bind(handle)
  handle.writeFile = async (data) => {
    const bytes = Buffer.from(String(data))
    const middle = Math.floor(bytes.length / 2)
    await write(bytes.subarray(0, middle))
    crashAtNth()
    await write(bytes.subarray(middle))
  }
  return handle
}

try {
  await resetStep(await findStep('2', root), root)
  // 10: the reset made fewer than n changes.
  process.exitCode = left > 0 ? 10 : 0
} catch (error) {
  console.error(error)
  process.exitCode = error instanceof UserError ? 2 : 3
}
