import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The workshop's own folder: the one with package.json and steps/ in it, absolute. */
export const root = findRoot(import.meta.dirname)

/**
 * A path under `.workshop`, the only folder the workshop writes to. Nothing is created.
 *
 * @param parts names below `.workshop`
 */
export function inWorkshop(...parts: string[]): string {
  return join(root, '.workshop', ...parts)
}

// This file runs from workshop/ under Vitest and from .workshop/build/ behind the door.
function findRoot(folder: string): string {
  if (existsSync(join(folder, 'workshop', 'door.cjs'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('no workshop/door.cjs above ' + import.meta.dirname)
  return findRoot(parent)
}
