import { randomUUID } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { dataPath } from '../paths.ts'

const day = 24 * 60 * 60 * 1000

/**
 * Removes what has been compiled and not been used for long. Whatever is missing is made again
 * when it is needed. What cannot be removed stays: tidying up is never a reason to fail.
 */
export async function pruneBuildCache(): Promise<void> {
  const folders = await list(dataPath('programs'))
  await Promise.allSettled([
    ...folders.map((folder) => prune(folder, day)),
    // A guide that is open loads parts of its bundle late.
    prune(dataPath('build'), 7 * day),
  ])
  await prune(dataPath('programs'), 7 * day)
}

async function prune(folder: string, age: number): Promise<void> {
  await Promise.allSettled((await list(folder)).map((path) => removeIfOlder(path, age)))
}

async function list(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.map((name) => join(folder, name))
}

// Renamed first: nothing can begin to use it while it is half removed.
async function removeIfOlder(path: string, age: number): Promise<void> {
  const { mtimeMs } = await stat(path)
  if (Date.now() - mtimeMs <= age) return
  const old = `${path}.old-${randomUUID()}`
  await rename(path, old)
  await rm(old, { recursive: true, force: true })
}
