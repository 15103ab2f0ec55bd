import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, utimes, writeFile } from 'node:fs/promises'
import { dataPath } from '../paths.ts'

/**
 * Puts a compiled program under `.workshop/build`, by a name made from its content.
 *
 * @returns the path of the file
 */
export async function writeCached(code: Uint8Array, name: string): Promise<string> {
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 12)
  const file = dataPath('build', `${name}-${hash}.mjs`)
  if (!(await touchIfCached(file))) await writeFileAtomic(file, code)
  return file
}

/** Whether this compiled file is there. What nobody has asked for in a day is cleared away. */
export async function touchIfCached(file: string): Promise<boolean> {
  if (!existsSync(file)) return false
  const now = new Date()
  await utimes(file, now, now)
  return true
}

/** Writes a file under `.workshop/build`, in one piece: nobody can read half of it. */
export async function writeFileAtomic(file: string, code: Uint8Array): Promise<void> {
  await mkdir(dataPath('build'), { recursive: true })
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await writeFile(draft, code)
  await rename(draft, file)
}
