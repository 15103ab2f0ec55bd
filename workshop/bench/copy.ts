import { existsSync } from 'node:fs'
import { cp, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { inWorkshop, root } from '../paths.ts'

/**
 * Copies parts of this workshop into a folder of their own, so that whatever is tried there
 * never meets what a learner is working on. The packages, and a Redis that was fetched, are
 * shared.
 *
 * @param folder absolute; made anew
 * @param parts names in the project's folder, such as `workshop` and `package.json`
 */
export async function copyWorkshop(folder: string, parts: string[]): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(join(folder, '.workshop'), { recursive: true })
  await Promise.all(
    parts.map((part) => cp(join(root, part), join(folder, part), { recursive: true })),
  )
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const fetched = inWorkshop('redis')
  if (existsSync(fetched))
    await symlink(fetched, join(folder, '.workshop', 'redis'), 'junction')
}
