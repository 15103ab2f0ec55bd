import {
  lstat,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { UserError, errorMessage } from '../errors.ts'
import { type Backup, makeBackup } from './backups.ts'
import {
  displayPath,
  isNotFound,
  removeTempFiles,
  tempPath,
  toWriteError,
  writeFileAtomic,
} from './files.ts'

/** What a path holds or is to hold: a file's bytes, or where a symbolic link points. */
export type FileContent = { data: Buffer } | { link: string }

/** What is at a path now. */
export interface PathState {
  content: FileContent
  /** The bytes one reads there, through a link too; undefined when a link leads nowhere. */
  data: Buffer | undefined
}

/** What is to be put into a step's folder, and when what is there already is as good. */
export interface ReplacePlan {
  root: string
  slug: string
  reason: Backup['reason']
  wanted: Map<string, FileContent>
  /** @param found what is at the path; a link's `data` is the file that it leads to */
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
 * What a plan would change. Writes nothing.
 *
 * @throws UserError when a folder is where a file belongs, or the other way round, or when the
 * step's folder is a link that leads out of the project
 */
export async function planChanges(plan: ReplacePlan): Promise<PlannedChange[]> {
  const { root, slug, wanted, isSame } = plan
  const planned: PlannedChange[] = []
  for (const [path, content] of wanted) {
    const file = join(root, 'steps', slug, path)
    await assertParentFolders(root, file)
    const found = await readPathState(file)
    const state = !found ? 'missing' : isSame(found, content) ? 'same' : 'changed'
    planned.push({ path, file, state, wanted: content, found })
  }
  return planned
}

/**
 * Carries a plan out: backs up every file that will change, then writes the wanted ones, each
 * with one rename. At no moment is a file in neither place. Two at once lose nothing: each backs
 * up what it is about to replace, and replaces nothing else.
 *
 * @returns what changed, and the backup if there was anything to keep
 * @throws UserError with what happened and where the files are
 */
export async function applyPlan(
  plan: ReplacePlan,
): Promise<{ changes: FileChange[]; backup?: Backup }> {
  const all = await planChanges(plan)
  const changes = all.filter(({ state }) => state !== 'same')
  const backup = await backUpFound(plan, changes)
  try {
    for (const change of changes) await writeChange(change)
  } catch (error) {
    const kept = backup ? ` Your files are kept in ${displayPath(backup.folder)}` : ''
    throw new UserError(`${errorMessage(error)}.${kept || ' Nothing of yours was changed'}`)
  }
  return backup ? { changes: all, backup } : { changes: all }
}

/** Whether two contents are the same to the byte, or links to the same place. */
export function sameContent(a: FileContent, b: FileContent): boolean {
  if ('link' in a) return 'link' in b && a.link === b.link
  return 'data' in b && a.data.equals(b.data)
}

// The parents of lib/a.ts must be folders, or absent. Through a link that leads out of the
// project a reset would write to files that are not the workshop's.
async function assertParentFolders(root: string, file: string): Promise<void> {
  const realRoot = await realpath(root)
  const names = relative(root, dirname(file)).split(/[/\\]/)
  for (const [at] of names.entries()) {
    const folder = join(root, ...names.slice(0, at + 1))
    if (!(await lstat(folder).catch(() => undefined))) return
    const facts = await stat(folder).catch(() => undefined)
    if (!facts?.isDirectory()) throw inTheWay(folder, 'is not a folder, but one belongs there')
    if (relative(realRoot, await realpath(folder)).startsWith('..'))
      throw inTheWay(folder, 'is a link that leads out of this project')
  }
}

async function readPathState(file: string): Promise<PathState | undefined> {
  const facts = await lstat(file).catch((error: unknown) => {
    if (isNotFound(error)) return undefined
    throw error
  })
  if (!facts) return undefined
  if (facts.isSymbolicLink()) {
    const target = await stat(file).catch(() => undefined)
    const data = target?.isFile() ? await readFile(file) : undefined
    return { content: { link: await readlink(file) }, data }
  }
  if (!facts.isFile()) throw inTheWay(file, 'is a folder, but a file belongs there')
  const data = await readFile(file).catch((error: unknown) => {
    throw new UserError(
      `Cannot read ${displayPath(file)}: ${errorMessage(error)}. Nothing was changed`,
    )
  })
  return { content: { data }, data }
}

function inTheWay(path: string, what: string): UserError {
  return new UserError(
    `${displayPath(path)} ${what}. Move it away and try again. Nothing was changed`,
  )
}

async function backUpFound(
  { root, slug, reason }: ReplacePlan,
  changes: PlannedChange[],
): Promise<Backup | undefined> {
  const contents = new Map<string, FileContent>()
  for (const { path, found } of changes) if (found) contents.set(path, found.content)
  if (contents.size === 0) return undefined
  return makeBackup(root, slug, reason, contents).catch((error: unknown) => {
    throw new UserError(`${errorMessage(error)}. Nothing was changed`)
  })
}

async function writeChange({ file, wanted, found }: PlannedChange): Promise<void> {
  const now = await readPathState(file)
  if (now && sameContent(now.content, wanted)) return // Another command was faster.
  if (now && !(found && sameContent(now.content, found.content))) {
    throw new UserError(`${displayPath(file)} was saved in this moment and is left as it is`)
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
