import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError, errorCode } from '../errors.ts'
import { toWriteError, displayPath } from './files.ts'

// Whoever holds a lock works for milliseconds. After this long it was forgotten.
const forgottenAfter = 30_000
const patience = 10_000

/**
 * Does some work while no other process (and no other call in this one) does work under the
 * same lock. A lock left behind by a process that was killed is taken over.
 *
 * @param file the lock's file; its folder is made
 * @throws UserError when the file cannot be made, or the lock stays taken for 10 s
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const token = `${process.pid} ${randomUUID()}`
  await take(file, token)
  try {
    return await work()
  } finally {
    const holder = await readFile(file, 'utf8').catch(() => '')
    // What cannot be removed is taken over by the next one, once this process is gone.
    if (holder === token) await rm(file, { force: true }).catch(() => undefined)
  }
}

async function take(file: string, token: string): Promise<void> {
  const deadline = Date.now() + patience
  await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
    throw toWriteError(error, dirname(file))
  })
  while (!(await create(file, token))) {
    await removeIfForgotten(file, token)
    if (Date.now() > deadline) {
      const name = displayPath(file)
      throw new UserError(`Another command holds ${name}. If none is running, delete that file`)
    }
    await delay(15)
  }
}

async function create(file: string, token: string): Promise<boolean> {
  try {
    await writeFile(file, token, { flag: 'wx' })
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw toWriteError(error, file)
  }
}

// Two may find the same dead lock. A second lock around its removal keeps the slower one
// from removing what the faster one has taken meanwhile.
async function removeIfForgotten(file: string, token: string): Promise<void> {
  if (!(await isForgotten(file))) return
  const guard = `${file}.removing`
  if (!(await create(guard, token))) {
    if (await isForgotten(guard)) await rm(guard, { force: true })
    return
  }
  try {
    if (await isForgotten(file)) await rm(file, { force: true })
  } finally {
    await rm(guard, { force: true })
  }
}

async function isForgotten(file: string): Promise<boolean> {
  const [holder, facts] = await Promise.all([
    readFile(file, 'utf8').catch(() => undefined),
    stat(file).catch(() => undefined),
  ])
  if (holder === undefined || !facts) return false
  const age = Date.now() - facts.mtimeMs
  const pid = Number.parseInt(holder, 10)
  // Killed between making the file and writing into it.
  if (Number.isNaN(pid)) return age > 1_000
  return age > forgottenAfter || !isAlive(pid)
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
