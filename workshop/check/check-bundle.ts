import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../errors.ts'
import { root } from '../paths.ts'
import { compileVersioned } from '../process/index.ts'
import type * as runner from './check-runner.ts'

/** What check-runner.ts offers, which is compiled and loaded at run time. */
export type CheckBundle = Pick<typeof runner, 'loadCheck' | 'endWarm'>

/** A check that is loaded. */
export type LoadedCheck = runner.LoadedCheck

/** Loads check-runner.ts. It is compiled only when something has changed. */
export async function loadChecks(): Promise<CheckBundle> {
  const folders = ['tests', 'workshop'].map((name) => join(root, name))
  const sources = (await Promise.all(folders.map(sourcesIn))).flat()
  const hash = createHash('sha256')
  for (const text of await Promise.all(sources.map((file) => readFile(file)))) hash.update(text)
  const play = await compileVersioned(
    join(root, 'workshop', 'check'),
    'check-runner.ts',
    hash.digest('hex'),
  )
  return import(pathToFileURL(play).href)
}

async function sourcesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  return names
    .filter((name) => /\.(ts|json)$/.test(name))
    .toSorted()
    .map((name) => join(folder, name))
}

/** What the library throws is of classes of its own; a person's errors become ours again. */
export function restoreUserError(error: unknown): unknown {
  const isPersons = error instanceof Error && error.name === 'UserError'
  return isPersons ? new UserError(error.message) : error
}
