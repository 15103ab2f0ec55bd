import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../paths.ts'

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
  const hasTests = parts.some((part) => part.startsWith('tests'))
  const copies = [...parts, ...(hasTests ? [] : await suites()), ...(await lastBundle())]
  const packages = await packageBundles()
  const links = ['node_modules', join('.workshop', 'redis'), ...packages]
  for (const name of packages) await mkdir(join(folder, name, '..'), { recursive: true })
  await Promise.all([
    ...copies.map((part) => cp(join(root, part), join(folder, part), { recursive: true })),
    ...links
      .filter((name) => existsSync(join(root, name)))
      .map((name) => symlink(join(root, name), join(folder, name), 'junction')),
  ])
}

// What the launcher bundles beside workshop/.
async function suites(): Promise<string[]> {
  const names = await readdir(join(root, 'tests'))
  const ofSteps = names.filter((name) => /^(\d\d-|shared$)/.test(name))
  return [...ofSteps, 'e2e/support'].map((name) => join('tests', name))
}

// What the launcher has bundled last, which is what it will look for in the copy. It finds the
// workshop's folder by its own place, so it cannot be a link.
async function lastBundle(): Promise<string[]> {
  const bundles = await namesIn(join('.workshop', 'build'), /^cli-\w+$/)
  const used = bundles.map(async (name) => ({
    name,
    at: (await stat(join(root, name))).mtimeMs,
  }))
  const sorted = (await Promise.all(used)).toSorted((a, b) => b.at - a.at)
  return sorted.slice(0, 1).map(({ name }) => name)
}

async function packageBundles(): Promise<string[]> {
  const folders = await namesIn(join('.workshop', 'programs'), /^\w+$/)
  return folders.map((name) => join(name, 'node_modules'))
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = existsSync(join(root, folder)) ? await readdir(join(root, folder)) : []
  return names.filter((name) => pattern.test(name)).map((name) => join(folder, name))
}
