import { lstat, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError, errorMessage } from '../errors.ts'
import { isNotFound, displayPath } from './files.ts'

/** What a path holds or is to hold: a file's bytes, or where a symbolic link points. */
export type FileContent = { data: Buffer } | { link: string }

/** What stands at a path now. */
export interface PathState {
  content: FileContent
  /** The bytes one reads there, through a link too; undefined when a link leads nowhere. */
  data: Buffer | undefined
}

/**
 * Makes sure that a file can stand at a path: lib/a.ts needs a folder lib, or nothing there.
 *
 * @param path below the folder
 * @throws UserError naming what is in the way
 */
export async function assertParentFolders(folder: string, path: string): Promise<void> {
  const parts = path.split('/').slice(0, -1)
  for (const length of Array.from({ length: parts.length + 1 }, (_, at) => at)) {
    const at = join(folder, ...parts.slice(0, length))
    const facts = await stat(at).catch(() => undefined)
    const exists = facts ?? (await lstat(at).catch(() => undefined))
    if (exists && !facts?.isDirectory())
      throw inTheWay(at, 'is not a folder, but one belongs there')
  }
}

/**
 * What stands at a path; undefined if nothing does.
 *
 * @throws UserError when it is neither a file nor a link, or cannot be read
 */
export async function readPathState(file: string): Promise<PathState | undefined> {
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
  if (!facts.isFile()) throw inTheWay(file, 'is a folder (or worse), but a file belongs there')
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

/** Whether two contents are the same to the byte, or links to the same place. */
export function sameContent(a: FileContent, b: FileContent): boolean {
  if ('link' in a) return 'link' in b && a.link === b.link
  return 'data' in b && a.data.equals(b.data)
}
