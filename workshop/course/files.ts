import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { UserError, errorCode, errorMessage } from '../errors.ts'
import { normalizeNewlines } from './text.ts'

// After one `sudo npm start` files belong to root.
const noRight =
  'you may not write there. If root owns it (sudo npm start?): sudo chown -R "$(id -un)" .'
const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full. Make room and try again',
  EDQUOT: 'your share of the disk is used up. Make room and try again',
  EROFS: 'this disk is read-only. Copy the workshop to one you can write to',
  EACCES: noRight,
  EPERM: noRight,
  ENOTDIR: 'a file stands where a folder should be. Move it away and try again',
  EEXIST: 'a file stands where a folder should be. Move it away and try again',
  EISDIR: 'a folder stands where a file should be. Move it away and try again',
  ENOTEMPTY: 'a folder stands where a file should be. Move it away and try again',
}

/**
 * The files below a folder, as sorted paths with `/`. Hidden files, node_modules and what
 * links point at are left out. A folder that does not exist has no files.
 */
export async function filesIn(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(
    emptyIfMissing,
  )
  const visible = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
  const lists = await Promise.all(
    visible.map((entry) => {
      const path = below ? `${below}/${entry.name}` : entry.name
      return entry.isDirectory() ? filesIn(folder, path) : [path]
    }),
  )
  return lists.flat().toSorted()
}

/** The names of the folders in a folder; none if there is no such folder. */
export async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(emptyIfMissing)
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
  return folders.map((entry) => entry.name).toSorted()
}

/** For a `catch`: a folder that does not exist has no entries. */
export function emptyIfMissing(error: unknown): [] {
  if (isNotFound(error)) return []
  throw error
}

/** Whether a system error means that there is no such file. */
export function isNotFound(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** The text of a file, normalised; undefined if there is no such file. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return normalizeNewlines(await readFile(path, 'utf8'))
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw new UserError(
      `Cannot read ${displayPath(path)} (${errorCode(error) ?? errorMessage(error)})`,
    )
  }
}

/**
 * Writes a file so that it is either the old one or the new one, whole, whatever happens.
 * Folders on the way are made.
 *
 * @throws UserError when it cannot be written, with the cause and the remedy
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const draft = tempPath(path)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeThrough(draft, data)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw toWriteError(error, path)
  }
}

/** A hidden name beside a path, for what is not finished yet. */
export function tempPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.draft`)
}

// The data must be on the disk before the name is: a power cut must not leave an empty file.
async function writeThrough(path: string, data: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    await handle.writeFile(data)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes what a killed {@link writeFileAtomic} left in a folder. */
export function removeTempFiles(folder: string): Promise<void> {
  return removeStale(folder, /^\..+\.[0-9a-f]{8}\.draft$/)
}

// Writing takes milliseconds: what is older belongs to a process that was killed.
const staleMs = 60_000

/** Removes the entries of a folder that have such a name and are older than a minute. */
export async function removeStale(folder: string, names: RegExp): Promise<void> {
  const found = (await readdir(folder).catch(emptyIfMissing)).filter((name) => names.test(name))
  for (const path of found.map((name) => join(folder, name))) {
    const facts = await stat(path).catch(() => undefined)
    if (facts && Date.now() - facts.mtimeMs > staleMs)
      await rm(path, { recursive: true, force: true })
  }
}

/** One line for a person from an error met while writing `path`. */
export function toWriteError(error: unknown, path: string): UserError {
  if (error instanceof UserError) return error
  const code = errorCode(error) ?? ''
  const reason = reasons[code] ?? errorMessage(error)
  return new UserError(`Cannot write ${displayPath(path)}${code && ` (${code})`}: ${reason}`)
}

/** A path as people type it: from the folder they are in, if it lies below that. */
export function displayPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') ? path : short
}
