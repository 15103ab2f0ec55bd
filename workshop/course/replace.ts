import { rename, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError, messageOf } from '../errors.ts'
import { type Backup, backupsFolder, makeBackup } from './backups.ts'
import { cannotWrite, draftOf, removeDrafts, shortName, writeWhole } from './files.ts'
import { withLock } from './lock.ts'
import { type Content, type Found, foldersMustBeFree, lookAt, sameContent } from './standing.ts'

/** What is to be put into a step's folder, and when what stands there is as good. */
export interface Order {
  root: string
  slug: string
  why: 'reset' | 'undo'
  wanted: Map<string, Content>
  /** @param found what stands at the path; a link's is the content of the file it leads to */
  isSame(found: Found, wanted: Content): boolean
}

/** A path, and whether it is as wanted. */
export interface Change {
  path: string
  state: 'same' | 'changed' | 'missing'
}

interface Planned extends Change {
  file: string
  wanted: Content
  found: Found | undefined
}

/**
 * What an order would change. Writes nothing.
 *
 * @throws UserError when a folder stands where a file belongs, or the other way round
 */
export async function preview(order: Order): Promise<Change[]> {
  return plan(order)
}

/**
 * Carries an order out: keeps a proved copy of every file that will change, then puts the
 * wanted ones in their places, each whole. At no moment is a file in neither place.
 *
 * @returns what changed, and the backup if there was anything to keep
 * @throws UserError saying what happened and where the files are
 */
export async function carryOut(order: Order): Promise<{ changes: Change[]; backup?: Backup }> {
  const lock = join(backupsFolder(order.root), '.lock')
  return withLock(lock, async () => {
    const all = await plan(order)
    const changes = all.filter(({ state }) => state !== 'same')
    const backup = await keepFound(order, changes)
    try {
      for (const change of changes) await put(change)
    } catch (error) {
      const kept = backup ? ` Your files are kept in ${shortName(backup.folder)}` : ''
      throw new UserError(`${messageOf(error)}.${kept || ' Nothing of yours was changed'}`)
    }
    return backup ? { changes: all, backup } : { changes: all }
  })
}

async function plan({ root, slug, wanted, isSame }: Order): Promise<Planned[]> {
  const folder = join(root, 'steps', slug)
  const planned: Planned[] = []
  for (const [path, content] of wanted) {
    await foldersMustBeFree(folder, path)
    const file = join(folder, path)
    const found = await lookAt(file)
    const state = !found ? 'missing' : isSame(found, content) ? 'same' : 'changed'
    planned.push({ path, file, state, wanted: content, found })
  }
  return planned
}

async function keepFound(order: Order, changes: Planned[]): Promise<Backup | undefined> {
  const contents = new Map<string, Content>()
  for (const { path, found } of changes) if (found) contents.set(path, found.content)
  if (contents.size === 0) return undefined
  return makeBackup(order.root, order.slug, order.why, contents).catch((error: unknown) => {
    throw new UserError(`${messageOf(error)}. Nothing was changed`)
  })
}

async function put({ file, wanted, found }: Planned): Promise<void> {
  const now = await lookAt(file)
  if (!areEqual(now, found)) {
    throw new UserError(`${shortName(file)} was saved at this very moment and is left as it is`)
  }
  await removeDrafts(dirname(file))
  if ('data' in wanted) await writeWhole(file, wanted.data)
  else await putLink(file, wanted.link)
}

async function putLink(file: string, target: string): Promise<void> {
  const draft = draftOf(file)
  try {
    await symlink(target, draft)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw cannotWrite(error, file)
  }
}

function areEqual(a: Found | undefined, b: Found | undefined): boolean {
  return !a || !b ? a === b : sameContent(a.content, b.content)
}
