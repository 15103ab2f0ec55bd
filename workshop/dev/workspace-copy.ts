import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { dataPath, root } from '../paths.ts'

/**
 * Copies parts of this workshop into a folder of their own, so that whatever is tried there
 * never meets what a learner is working on. The packages, what was made of them, and a Redis
 * that was fetched, are shared.
 *
 * @param folder absolute; made anew
 * @param parts names in the project's folder, such as `workshop` and `package.json`
 */
export async function copyWorkspace(folder: string, parts: string[]): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(join(folder, '.workshop', 'build'), { recursive: true })
  const door = await lastBundle()
  const copies = [...parts, ...(door ? [door] : [])]
  const links = ['node_modules', join('.workshop', 'redis'), ...(await pieces())]
  await Promise.all([
    ...copies.map((part) => cp(join(root, part), join(folder, part), { recursive: true })),
    ...links
      .filter((name) => existsSync(join(root, name)))
      .map((name) => symlink(join(root, name), join(folder, name), 'junction')),
  ])
}

// What the door has bundled last, which is what it will look for in the copy. It finds the
// workshop's folder by its own place, so it cannot be a link.
async function lastBundle(): Promise<string | undefined> {
  const bundles = await built(/^cli-\w+$/)
  const used = bundles.map(async (name) => ({
    name,
    at: (await stat(join(root, name))).mtimeMs,
  }))
  return (await Promise.all(used)).toSorted((a, b) => b.at - a.at)[0]?.name
}

function pieces(): Promise<string[]> {
  return built(/^packages-\w+-\w+$/)
}

async function built(pattern: RegExp): Promise<string[]> {
  const folder = dataPath('build')
  const names = existsSync(folder) ? await readdir(folder) : []
  return names
    .filter((name) => pattern.test(name))
    .map((name) => join('.workshop', 'build', name))
}
