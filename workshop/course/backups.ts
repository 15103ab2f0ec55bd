import {
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { UserError, errorCode } from '../errors.ts'
import { root as workshopRoot } from '../paths.ts'
import {
  emptyIfMissing,
  filesIn,
  displayPath,
  removeStale,
  toWriteError,
  writeFileAtomic,
} from './files.ts'
import type { FileContent } from './replace-files.ts'
import { timestampForFileName } from './text.ts'

/** Files that were kept before others took their places: a folder of plain copies. */
export interface Backup {
  /** The folder, absolute. */
  folder: string
  slug: string
  at: Date
  reason: 'reset' | 'undo'
  /** The files in it, below the step's folder. */
  files: string[]
}

/** The folder that holds all backups. */
function backupsFolder(root: string): string {
  return join(root, '.workshop', 'backups')
}

/** All backups, the newest first. */
export async function listBackups(root = workshopRoot): Promise<Backup[]> {
  const folder = backupsFolder(root)
  const names = await readdir(folder).catch(emptyIfMissing)
  const found = await Promise.all(names.map((name) => openBackup(folder, name)))
  return found.filter((backup) => backup !== undefined).toSorted((a, b) => +b.at - +a.at)
}

/**
 * Copies contents into a new backup. It appears with one rename, complete or not at all.
 *
 * @param contents by path below the step's folder
 * @throws UserError when it cannot be written; nothing is left of it then
 */
export async function makeBackup(
  root: string,
  slug: string,
  reason: Backup['reason'],
  contents: Map<string, FileContent>,
): Promise<Backup> {
  const parent = backupsFolder(root)
  const draft = join(parent, `.draft-${randomUUID()}`)
  try {
    await mkdir(draft, { recursive: true })
    await removeStale(parent, /^\.draft-/)
    for (const [path, content] of contents) await writeEntry(join(draft, path), content)
    const place = await publish(draft, root, `${slug}${reason === 'undo' ? '.undo' : ''}`)
    return { ...place, slug, reason, files: [...contents.keys()] }
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)
    throw toWriteError(error, parent)
  }
}

/**
 * The contents kept in a backup.
 *
 * @throws UserError when a file of it cannot be read
 */
export async function readBackup({ folder, files }: Backup): Promise<Map<string, FileContent>> {
  const contents = new Map<string, FileContent>()
  for (const path of files) contents.set(path, await readEntry(join(folder, path)))
  return contents
}

async function writeEntry(file: string, content: FileContent): Promise<void> {
  if ('data' in content) return writeFileAtomic(file, content.data)
  await mkdir(dirname(file), { recursive: true })
  await symlink(content.link, file)
}

async function readEntry(file: string): Promise<FileContent> {
  try {
    if ((await lstat(file)).isSymbolicLink()) return { link: await readlink(file) }
    return { data: await readFile(file) }
  } catch (error) {
    throw new UserError(
      `Cannot read ${displayPath(file)} (${errorCode(error)}). Nothing was changed`,
    )
  }
}

// Undo takes the newest: a clock that was set back must not change which one that is. A name
// that another command took in the same millisecond is not replaced: its folder is not empty.
async function publish(
  draft: string,
  root: string,
  name: string,
): Promise<{ folder: string; at: Date }> {
  for (;;) {
    const [newest] = await listBackups(root)
    const at = new Date(Math.max(Date.now(), newest ? +newest.at + 1 : 0))
    const folder = join(backupsFolder(root), `${timestampForFileName(at)}-${name}`)
    try {
      await rename(draft, folder)
      return { folder, at }
    } catch (error) {
      const taken = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(errorCode(error) ?? '')
      if (!taken || !(await lstat(folder).catch(() => undefined))) throw error
    }
  }
}

async function openBackup(parent: string, name: string): Promise<Backup | undefined> {
  const [, day, hours, minutes, seconds, ms, slug, undo] =
    /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-(\d\d-[^.]+)(\.undo)?$/.exec(name) ?? []
  const at = new Date(`${day}T${hours}:${minutes}:${seconds}.${ms}Z`)
  if (slug === undefined || Number.isNaN(+at)) return undefined
  const folder = join(parent, name)
  return { folder, slug, at, reason: undo ? 'undo' : 'reset', files: await filesIn(folder) }
}
