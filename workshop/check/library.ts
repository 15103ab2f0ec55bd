import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../errors.ts'
import { root } from '../paths.ts'
import { compileOnce } from '../supervisor/index.ts'
import type { GoalResult } from './verdict.ts'

/** What tests/support/play.ts offers, which is compiled and loaded at run time. */
export interface Library {
  load(slug: string, warmth: number): Promise<LoadedGate>
  endWarm(): Promise<void>
}

/** See there. */
export interface LoadedGate {
  goals: readonly string[]
  play(
    folder: string,
    signal: AbortSignal,
    onGoal?: (result: GoalResult) => void,
  ): Promise<GoalResult[]>
  playEvery(folder: string): Promise<GoalResult[]>
}

/** Loads tests/support/play.ts. It is compiled only when something has changed. */
export async function loadLibrary(): Promise<Library> {
  const folders = ['tests', 'workshop'].map((name) => join(root, name))
  const sources = (await Promise.all(folders.map(sourcesIn))).flat()
  const hash = createHash('sha256')
  for (const text of await Promise.all(sources.map((file) => readFile(file)))) hash.update(text)
  const play = await compileOnce(join(root, 'tests', 'support'), 'play.ts', hash.digest('hex'))
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
export function ourOwn(error: unknown): unknown {
  const isPersons = error instanceof Error && error.name === 'UserError'
  return isPersons ? new UserError(error.message) : error
}
