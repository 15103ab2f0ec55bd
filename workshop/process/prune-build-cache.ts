import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { dataPath } from '../paths.ts'

const day = 24 * 60 * 60 * 1000

/**
 * Removes compiled programs that nobody has used for a day. They are made anew when they
 * are needed. What cannot be removed stays: tidying up is never a reason to fail.
 */
export async function pruneBuildCache(): Promise<void> {
  const folder = dataPath('build')
  const names = await readdir(folder).catch(() => [])
  await Promise.allSettled(names.map((name) => removeIfStale(join(folder, name))))
}

async function removeIfStale(path: string): Promise<void> {
  const { mtimeMs } = await stat(path)
  if (Date.now() - mtimeMs > day) await rm(path, { recursive: true, force: true })
}
