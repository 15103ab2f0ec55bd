import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { UserError } from './errors.ts'

/** The workshop's own folder: the one with package.json and steps/ in it, absolute. */
export const root = findRoot(import.meta.dirname)

/**
 * A path under `.workshop`, the only folder the workshop writes to. Nothing is created.
 *
 * @param parts names below `.workshop`
 */
export function dataPath(...parts: string[]): string {
  return join(root, '.workshop', ...parts)
}

/**
 * Where a program lies on the PATH, every place in the PATH's order, absolute.
 *
 * @param name without `.exe`
 * @param env its PATH is looked at
 */
export function findOnPath(name: string, env: NodeJS.ProcessEnv): string[] {
  const windows = process.platform === 'win32'
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter(Boolean)
  const file = windows ? `${name}.exe` : name
  return folders.map((folder) => resolve(join(folder, file))).filter(isExecutable)
}

/** Whether a file is there that this user may run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** A program that the workshop does not bring along. */
export interface ExternalProgram {
  /** For sentences: `Chromium`. */
  what: string
  /** What it is called on this machine, the best first. */
  names: string[]
  /** The environment variable that may name its place. */
  variable: string
  /** How one gets it: a sentence without its full stop. */
  advice: string
}

/**
 * Finds it: what its variable names, or one of its names on the PATH.
 *
 * @param further folders where it may lie, too, as in a PATH
 * @returns its path
 * @throws UserError (exit 2) on how to get one
 */
export function findExecutable(
  { what, names, variable, advice }: ExternalProgram,
  env: NodeJS.ProcessEnv,
  further = '',
): string {
  const given = env[variable]
  if (given && isExecutable(given)) return given
  if (given)
    throw new UserError(`${variable} is ${given}, and no program lies there. ${advice}`)
  const [found] = [env, { PATH: further }].flatMap((place) =>
    names.flatMap((name) => findOnPath(name, place)),
  )
  if (found) return found
  throw new UserError(`There is no ${what} on this machine's PATH. ${advice}`)
}

// This file runs from workshop/ under Vitest and from .workshop/build/ under the launcher.
function findRoot(folder: string): string {
  if (existsSync(join(folder, 'workshop', 'launcher.cjs'))) return folder
  const parent = dirname(folder)
  if (parent === folder)
    throw new Error('no workshop/launcher.cjs above ' + import.meta.dirname)
  return findRoot(parent)
}
