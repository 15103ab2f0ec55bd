import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { root as workshopRoot } from '../paths.ts'
import { toWriteError, isNotFound, displayPath, writeFileAtomic } from './files.ts'
import type { FileContent } from './path-state.ts'
import { isSafeRelativePath } from './starters.ts'
import { timestampForFileName, isRecord, sha256 } from './text.ts'

/** A set of files kept before something was put in their place. */
export interface Backup {
  /** The folder, absolute. */
  folder: string
  slug: string
  at: Date
  /** What made it: `reset` or `undo`. */
  why: string
  /** The files in it, below the step's folder. */
  files: BackupEntry[]
}
type BackupEntry = { path: string; sha256: string } | { path: string; link: string }

// The list of a backup's files. Hidden, so that it cannot be the name of a step's file.
const listName = '.backup.json'

/** The folder that holds all backups. */
export function backupsFolder(root = workshopRoot): string {
  return join(root, '.workshop', 'backups')
}

/** All backups, the newest first. One whose list is damaged has no files. */
export async function listBackups(root = workshopRoot): Promise<Backup[]> {
  const folder = backupsFolder(root)
  const names = await readdir(folder).catch((error: unknown) => {
    if (isNotFound(error)) return []
    throw toWriteError(error, folder)
  })
  const found = await Promise.all(names.map((name) => loadBackup(folder, name)))
  return found.filter((backup) => backup !== undefined).toSorted((a, b) => +b.at - +a.at)
}

/**
 * Copies contents into a new backup, reads them back and compares. The backup appears whole
 * or not at all. Only under the backups' lock.
 *
 * @param contents by path below the step's folder
 * @throws UserError when it cannot be written; nothing is left of it then
 */
export async function makeBackup(
  root: string,
  slug: string,
  why: string,
  contents: Map<string, FileContent>,
): Promise<Backup> {
  const parent = backupsFolder(root)
  const draft = join(parent, `.draft-${randomUUID()}`)
  try {
    await mkdir(draft, { recursive: true })
    const files: BackupEntry[] = []
    for (const [path, content] of contents) files.push(await writeEntry(draft, path, content))
    const at = await nextTimestamp(root)
    await writeFileAtomic(
      join(draft, listName),
      JSON.stringify({ slug, why, files }, undefined, 2) + '\n',
    )
    const folder = join(parent, `${timestampForFileName(at)}-${slug}`)
    await rename(draft, folder)
    return { folder, slug, at, why, files }
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)
    throw toWriteError(error, parent)
  }
}

/**
 * The contents kept in a backup, proved by their hashes.
 *
 * @throws UserError when a file of it is missing or was changed
 */
export async function readBackup(backup: Backup): Promise<Map<string, FileContent>> {
  if (backup.files.length === 0) {
    const name = displayPath(backup.folder)
    throw new UserError(`The list of files in ${name} is damaged. Copy what you need by hand`)
  }
  const contents = new Map<string, FileContent>()
  for (const kept of backup.files) contents.set(kept.path, await readEntry(backup, kept))
  return contents
}

async function readEntry(backup: Backup, kept: BackupEntry): Promise<FileContent> {
  if ('link' in kept) return { link: kept.link }
  const path = join(backup.folder, kept.path)
  const data = await readFile(path).catch(() => undefined)
  if (data && sha256(data) === kept.sha256) return { data }
  const what = data ? 'was changed since it was kept' : 'is missing or cannot be read'
  throw new UserError(`${displayPath(path)} ${what}. Nothing was touched; copy it by hand`)
}

async function writeEntry(
  folder: string,
  path: string,
  content: FileContent,
): Promise<BackupEntry> {
  if ('link' in content) return { path, link: content.link }
  const file = join(folder, path)
  await writeFileAtomic(file, content.data)
  if (!content.data.equals(await readFile(file))) {
    throw new UserError(`${displayPath(file)} came out differently from what was written to it`)
  }
  return { path, sha256: sha256(content.data) }
}

// Undo takes the newest: a clock that was set back must not change which one that is.
async function nextTimestamp(root: string): Promise<Date> {
  const [newest] = await listBackups(root)
  return new Date(Math.max(Date.now(), newest ? +newest.at + 1 : 0))
}

async function loadBackup(parent: string, name: string): Promise<Backup | undefined> {
  const [, day, hours, minutes, seconds, ms, slug] =
    /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-(\d\d-.+)$/.exec(name) ?? []
  const at = new Date(`${day}T${hours}:${minutes}:${seconds}.${ms}Z`)
  if (slug === undefined || Number.isNaN(+at)) return undefined
  const folder = join(parent, name)
  const text = await readFile(join(folder, listName), 'utf8').catch(() => '')
  return { folder, slug, at, ...parseList(text) }
}

function parseList(text: string): Pick<Backup, 'why' | 'files'> {
  try {
    const found: unknown = JSON.parse(text)
    if (!isRecord(found) || !Array.isArray(found['files'])) return { why: '', files: [] }
    const files = found['files'].map(parseKept)
    const whole = files.every((kept) => kept !== undefined)
    return { why: String(found['why']), files: whole ? files : [] }
  } catch {
    return { why: '', files: [] }
  }
}

function parseKept(found: unknown): BackupEntry | undefined {
  if (!isRecord(found) || typeof found['path'] !== 'string') return undefined
  const path = found['path']
  if (!isSafeRelativePath(path)) return undefined
  if (typeof found['link'] === 'string') return { path, link: found['link'] }
  return typeof found['sha256'] === 'string' ? { path, sha256: found['sha256'] } : undefined
}
