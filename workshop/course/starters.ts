import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { root as workshopRoot } from '../paths.ts'
import { filesIn, foldersIn, readText } from './files.ts'
import { lessonFiles } from './lesson.ts'
import { isRecord, parseJson, sha256 } from './text.ts'

/** The untouched files of every step: slug, then path below the step's folder. */
export type Starters = Record<string, Starter>
/** The untouched files of one step, the lesson included. */
export type Starter = Record<string, { sha256: string; text: string }>

/** Where the untouched starters are kept. */
export function startersFile(root: string): string {
  return join(root, 'workshop', 'course', 'starters.json')
}

/** Whether a folder's name is a step's: two digits, a dash, a name. */
export function isSlug(name: string): boolean {
  return /^\d\d-[a-z0-9]+(-[a-z0-9]+)*$/.test(name)
}

/** The number in a slug: 4 of `04-sigterm`. */
export function numberOf(slug: string): number {
  return Number.parseInt(slug, 10)
}

/**
 * Reads workshop/course/starters.json and proves its hashes.
 *
 * @throws UserError when the file is missing or damaged
 */
export async function readStarters(root = workshopRoot): Promise<Starters> {
  const text = await readText(startersFile(root))
  if (text === undefined) throw startersError('missing')
  const starters = parse(text)
  if (!starters) throw startersError('damaged')
  return starters
}

/** The same, but starters that cannot be read count as empty. */
export async function readStartersOrEmpty(root = workshopRoot): Promise<Starters> {
  return readStarters(root).catch(() => ({}))
}

/** Makes the starters from the files in steps/ as they are now. */
export async function collectStarters(root = workshopRoot): Promise<Starters> {
  const slugs = (await foldersIn(join(root, 'steps'))).filter(isSlug)
  const all = await Promise.all(
    slugs.map(async (slug) => [slug, await collect(join(root, 'steps', slug))] as const),
  )
  return Object.fromEntries(all.filter(([, starter]) => Object.keys(starter).length > 0))
}

/** Starters as they are written into the file. */
export function formatStarters(starters: Starters): string {
  return JSON.stringify(starters, undefined, 2) + '\n'
}

/**
 * The untouched code of a step, by path; without lesson and hints, as a solution has none.
 *
 * @param slug such as `04-sigterm`
 */
export async function starterFiles(
  slug: string,
  root = workshopRoot,
): Promise<Record<string, string>> {
  const starter = (await readStarters(root))[slug]
  if (!starter) throw new UserError(`No starter of ${slug} is known. Run: npm run verify fix`)
  const files = Object.entries(starter).filter(([path]) => !lessonFiles.includes(path))
  return Object.fromEntries(files.map(([path, { text }]) => [path, text]))
}

async function collect(folder: string): Promise<Starter> {
  const starter: Starter = {}
  for (const path of await filesIn(folder)) {
    const text = (await readText(join(folder, path))) ?? ''
    starter[path] = { sha256: sha256(text), text }
  }
  return starter
}

function startersError(how: string): UserError {
  const advice = 'Get it again from where you got the workshop (git clone, or the zip)'
  return new UserError(`workshop/course/starters.json is ${how}. ${advice}`)
}

function parse(text: string): Starters | undefined {
  const found = parseJson(text)
  if (!isRecord(found) || !Object.keys(found).every(isSlug)) return undefined
  const starters: Starters = {}
  for (const [slug, files] of Object.entries(found)) {
    const starter = parseStarter(files)
    if (!starter) return undefined
    starters[slug] = starter
  }
  return starters
}

function parseStarter(files: unknown): Starter | undefined {
  if (!isRecord(files)) return undefined
  const starter: Starter = {}
  for (const [path, file] of Object.entries(files)) {
    if (!isSafeRelativePath(path) || !isRecord(file) || typeof file['text'] !== 'string')
      return undefined
    if (file['sha256'] !== sha256(file['text'])) return undefined
    starter[path] = { sha256: sha256(file['text']), text: file['text'] }
  }
  return starter
}

/** Whether a path stays below the folder it is meant for. */
export function isSafeRelativePath(path: string): boolean {
  const parts = path.split(/[/\\]/)
  return !parts.includes('..') && !parts.includes('') && !/^[a-z]:/i.test(path)
}
