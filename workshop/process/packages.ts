import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import { dataPath, root } from '../paths.ts'
import { touchIfCached } from './build-cache.ts'
import { makePiece } from './packages-pack.ts'

// The packages of the course, and which of them share a file. Whoever extends a class of
// another one's has to lie in one file with it.
const groups: Record<string, readonly string[]> = {
  redis: ['redis'],
  web: ['express', 'express-session', 'connect-redis', 'socket.io'],
}
const groupOf = new Map(
  Object.entries(groups).flatMap(([group, names]) => names.map((name) => [name, group])),
)

/**
 * Gives programs the packages of the course in one piece, with what V8 has made of it before.
 * Otherwise they are hundreds of small files, and to load them is most of what an instance
 * does; and `npm test` starts a thousand.
 */
export const packagesInOnePiece: Plugin = {
  name: 'packages-in-one-piece',
  setup(build) {
    build.onResolve({ filter: /^[a-z]/ }, async ({ path, kind }) => {
      const group = groupOf.get(path)
      // require() takes no ES module on Node 20, but the package itself. What is not installed
      // is left to Node, who says so.
      if (!group || kind === 'require-call' || !isInstalled(path)) return undefined
      const file = join(await pieceOf(group), `${path}.mjs`)
      return { path: pathToFileURL(file).href, external: true }
    })
  },
}

function isInstalled(name: string): boolean {
  return existsSync(packageFile(name))
}

function packageFile(name: string): string {
  return join(root, 'node_modules', name, 'package.json')
}

const pieces = new Map<string, Promise<string>>()

function pieceOf(group: string): Promise<string> {
  const piece = pieces.get(group) ?? findOrMake(group)
  pieces.set(group, piece)
  return piece
}

async function findOrMake(group: string): Promise<string> {
  const names = (groups[group] ?? []).filter(isInstalled)
  const folder = dataPath('build', `packages-${group}-${await hashOf(names)}`)
  if (!(await touchIfCached(folder))) await makePiece(folder, names)
  return folder
}

// Everything a piece is made of: what npm has installed, this Node, and our own part in it.
async function hashOf(names: string[]): Promise<string> {
  const ours = ['packages', 'packages-pack', 'packages-make', 'packages-load']
  const files = [
    ...names.map(packageFile),
    join(root, 'node_modules', '.package-lock.json'),
    ...ours.map((name) => join(root, 'workshop', 'process', `${name}.ts`)),
  ]
  const where = await realpath(join(root, 'node_modules'))
  const hash = createHash('sha256').update(`${process.version} ${process.arch} ${where}`)
  for (const file of files.filter((name) => existsSync(name))) hash.update(await readFile(file))
  return hash.digest('hex').slice(0, 12)
}
