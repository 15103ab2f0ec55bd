import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { errorCode } from '../errors.ts'
import { dataPath } from '../paths.ts'

// 128 bits, as base64url.
const tokenBytes = 16
const tokenPattern = /^[\w-]{22}$/

/**
 * The token of a page that does things on this machine: 127.0.0.1 is open to every user of it,
 * and a token keeps them out. It is kept, so that a page left open works again after a restart.
 *
 * @param name of a file in `.workshop`, which only its owner can read
 */
export async function readOrCreateToken(name: string): Promise<string> {
  const file = dataPath(name)
  const kept = await readPrivate(file)
  if (kept !== undefined) return kept
  const token = randomBytes(tokenBytes).toString('base64url')
  await rm(file, { force: true })
  try {
    await writeFile(file, token, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    // A second guide of this folder was faster.
    if (errorCode(error) === 'EEXIST') return readOrCreateToken(name)
    throw error
  }
  return token
}

// A damaged file, or one that others could read, is replaced.
async function readPrivate(file: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(file)
    const isPrivate = process.platform === 'win32' || (mode & 0o077) === 0
    const text = await readFile(file, 'utf8')
    return isPrivate && tokenPattern.test(text) ? text : undefined
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Whether a value from outside is the token. Takes as long whatever is wrong with it. */
export function isToken(value: unknown, token: string): boolean {
  return typeof value === 'string' && timingSafeEqual(digest(value), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
