import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

/**
 * Writes a compiled program, by a name made from its content.
 *
 * @param folder absolute
 * @param name for people who look into the folder: `reaper.mjs`
 * @returns the path of the file
 */
export async function writeCached(
  folder: string,
  name: string,
  code: Uint8Array,
): Promise<string> {
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 12)
  const file = join(folder, `${basename(name, extname(name))}-${hash}${extname(name)}`)
  if (!existsSync(file)) await writeFileAtomic(file, code)
  const now = new Date()
  await utimes(file, now, now) // What was not used for long is deleted.
  return file
}

/** Writes a file in one piece: no process can read half of it. */
export async function writeFileAtomic(file: string, code: Uint8Array | string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await writeFile(draft, code)
  await rename(draft, file)
}
