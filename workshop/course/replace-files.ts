import { rename, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError, errorMessage } from '../errors.ts'
import { type Backup, backupsFolder, makeBackup } from './backups.ts'
import {
  toWriteError,
  tempPath,
  removeTempFiles,
  displayPath,
  writeFileAtomic,
} from './files.ts'
import { withLock } from './lock.ts'
import {
  type FileContent,
  type PathState,
  assertParentFolders,
  readPathState,
  sameContent,
} from './path-state.ts'

/** What is to be put into a step's folder, and when what stands there is as good. */
export interface ReplacePlan {
  root: string
  slug: string
  why: 'reset' | 'undo'
  wanted: Map<string, FileContent>
  /** @param found what stands at the path; a link's is the content of the file it leads to */
  isSame(found: PathState, wanted: FileContent): boolean
}

/** A path, and whether it is as wanted. */
export interface FileChange {
  path: string
  state: 'same' | 'changed' | 'missing'
}

interface PlannedChange extends FileChange {
  file: string
  wanted: FileContent
  found: PathState | undefined
}

/**
 * What an order would change. Writes nothing.
 *
 * @throws UserError when a folder stands where a file belongs, or the other way round
 */
export async function planChanges(order: ReplacePlan): Promise<FileChange[]> {
  return plan(order)
}

/**
 * Carries an order out: keeps a proved copy of every file that will change, then puts the
 * wanted ones in their places, each whole. At no moment is a file in neither place.
 *
 * @returns what changed, and the backup if there was anything to keep
 * @throws UserError saying what happened and where the files are
 */
export async function applyPlan(
  order: ReplacePlan,
): Promise<{ changes: FileChange[]; backup?: Backup }> {
  const lock = join(backupsFolder(order.root), '.lock')
  return withLock(lock, async () => {
    const all = await plan(order)
    const changes = all.filter(({ state }) => state !== 'same')
    const backup = await backUpFound(order, changes)
    try {
      for (const change of changes) await writeChange(change)
    } catch (error) {
      const kept = backup ? ` Your files are kept in ${displayPath(backup.folder)}` : ''
      throw new UserError(`${errorMessage(error)}.${kept || ' Nothing of yours was changed'}`)
    }
    return backup ? { changes: all, backup } : { changes: all }
  })
}

async function plan({ root, slug, wanted, isSame }: ReplacePlan): Promise<PlannedChange[]> {
  const folder = join(root, 'steps', slug)
  const planned: PlannedChange[] = []
  for (const [path, content] of wanted) {
    await assertParentFolders(folder, path)
    const file = join(folder, path)
    const found = await readPathState(file)
    const state = !found ? 'missing' : isSame(found, content) ? 'same' : 'changed'
    planned.push({ path, file, state, wanted: content, found })
  }
  return planned
}

async function backUpFound(
  order: ReplacePlan,
  changes: PlannedChange[],
): Promise<Backup | undefined> {
  const contents = new Map<string, FileContent>()
  for (const { path, found } of changes) if (found) contents.set(path, found.content)
  if (contents.size === 0) return undefined
  return makeBackup(order.root, order.slug, order.why, contents).catch((error: unknown) => {
    throw new UserError(`${errorMessage(error)}. Nothing was changed`)
  })
}

async function writeChange({ file, wanted, found }: PlannedChange): Promise<void> {
  const now = await readPathState(file)
  if (!sameState(now, found)) {
    throw new UserError(
      `${displayPath(file)} was saved at this very moment and is left as it is`,
    )
  }
  await removeTempFiles(dirname(file))
  if ('data' in wanted) await writeFileAtomic(file, wanted.data)
  else await writeLink(file, wanted.link)
}

async function writeLink(file: string, target: string): Promise<void> {
  const draft = tempPath(file)
  try {
    await symlink(target, draft)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw toWriteError(error, file)
  }
}

function sameState(a: PathState | undefined, b: PathState | undefined): boolean {
  return !a || !b ? a === b : sameContent(a.content, b.content)
}
