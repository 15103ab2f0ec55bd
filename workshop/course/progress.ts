import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { root as workshopRoot } from '../paths.ts'
import { filesIn, readText, writeFileAtomic } from './files.ts'
import { lessonFiles } from './lesson.ts'
import { readStartersOrEmpty } from './starters.ts'
import { type Step, steps } from './steps.ts'
import { isRecord, parseJson, sha256 } from './text.ts'

/** What the workshop remembers of one learner: a file for each fact in .workshop/progress/. */
export interface Progress {
  /** The steps passed, by slug. */
  passed: Record<string, Pass>
  /** The level of the hint last shown, by slug: 1 to 3. */
  hints: Record<string, number>
}

/** A step that has passed. */
export interface Pass {
  /** When it first passed (ISO). */
  at: string
  /** The {@link fingerprint} of what passed last; undefined when it is not known. */
  code?: string
}

/**
 * How a step stands: `passed` as it is now; `changed` since it passed; the untouched `starter`
 * again though it passed once; `open`, not passed yet.
 */
export type StepState = 'passed' | 'changed' | 'starter' | 'open'

/** Reads the learner's progress. What cannot be read counts as not there. */
export async function readProgress(root = workshopRoot): Promise<Progress> {
  const progress = await readEarlierFile(root)
  for (const name of await readdir(folderOf(root)).catch(() => [])) {
    const [, slug = '', kind] = /^(\d\d-[^.]+)\.(passed|hint)$/.exec(name) ?? []
    if (kind === undefined) continue
    const file = join(folderOf(root), name)
    const text = await readFile(file, 'utf8').catch(() => '')
    const level = Number(text)
    if (kind === 'hint' && isLevel(level)) progress.hints[slug] = level
    if (kind === 'passed') progress.passed[slug] = await parsePass(text, file)
  }
  return progress
}

/**
 * Remembers that a step has passed. The time of its first pass stays.
 *
 * @param code the {@link fingerprint} of what was checked; by default of what is there now
 * @throws UserError when it cannot be written
 */
export async function recordPass(
  { slug }: Pick<Step, 'slug'>,
  { code, root = workshopRoot }: { code?: string; root?: string } = {},
): Promise<void> {
  const { passed } = await readProgress(root)
  const at = passed[slug]?.at ?? new Date().toISOString()
  const passedCode = code ?? (await fingerprint(slug, root))
  await writeFileAtomic(join(folderOf(root), `${slug}.passed`), `${at} ${passedCode}\n`)
}

/** Remembers the level (1 to 3) of the hint last shown of a step. */
export async function recordHint(
  slug: string,
  level: number,
  root = workshopRoot,
): Promise<void> {
  await writeFileAtomic(join(folderOf(root), `${slug}.hint`), `${level}\n`)
}

/** A hash over the code in a step's folder: names and texts, whatever their line ends. */
export async function fingerprint(slug: string, root = workshopRoot): Promise<string> {
  const folder = join(root, 'steps', slug)
  const texts: Record<string, string> = {}
  for (const name of await filesIn(folder)) {
    texts[name] = (await readText(join(folder, name)).catch(() => undefined)) ?? ''
  }
  return hashOf(texts)
}

/** How each step stands, by slug. */
export async function stepStates(root = workshopRoot): Promise<Record<string, StepState>> {
  const [all, { passed }, starters] = await Promise.all([
    steps(root),
    readProgress(root),
    readStartersOrEmpty(root),
  ])
  const states = all.map(async ({ slug }): Promise<[string, StepState]> => {
    const pass = passed[slug]
    if (!pass) return [slug, 'open']
    const now = await fingerprint(slug, root)
    if (pass.code === now) return [slug, 'passed']
    const texts = Object.entries(starters[slug] ?? {}).map(([name, { text }]) => [name, text])
    if (now === hashOf(Object.fromEntries(texts))) return [slug, 'starter']
    return [slug, pass.code === undefined ? 'passed' : 'changed']
  })
  return Object.fromEntries(await Promise.all(states))
}

/** The first step to be done: not passed yet, or a starter again; undefined when all are done. */
export async function nextStep(root = workshopRoot): Promise<Step | undefined> {
  const [all, states] = await Promise.all([steps(root), stepStates(root)])
  return all.find(({ slug }) => states[slug] === 'open' || states[slug] === 'starter')
}

/** The same for a command that needs one: the last step when all are done. */
export async function currentStep(root = workshopRoot): Promise<Step> {
  const step = (await nextStep(root)) ?? (await steps(root)).at(-1)
  if (!step) throw new UserError('There are no steps in steps/. Get the workshop again')
  return step
}

const folderOf = (root: string): string => join(root, '.workshop', 'progress')

// Notes and pages do not decide whether a step passes.
function hashOf(texts: Record<string, string>): string {
  const code = Object.entries(texts)
    .filter(([name]) => !lessonFiles.includes(name) && !/\.(md|txt)$/.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return sha256(JSON.stringify(code))
}

// The file means that a step has passed, even an empty one; then the file's own time is the time.
async function parsePass(text: string, file: string): Promise<Pass> {
  const [, at, code] = /^(\d{4}-\S+Z) ([0-9a-f]{64})\n/.exec(text) ?? []
  if (at !== undefined && code !== undefined) return { at, code }
  const facts = await stat(file).catch(() => undefined)
  return { at: (facts?.mtime ?? new Date()).toISOString() }
}

function isLevel(level: number): boolean {
  return level === 1 || level === 2 || level === 3
}

// Until 0.1 all was in one file, progress.json.
async function readEarlierFile(root: string): Promise<Progress> {
  const progress: Progress = { passed: {}, hints: {} }
  const file = join(root, '.workshop', 'progress.json')
  const text = await readFile(file, 'utf8').catch(() => '{}')
  const found = parseJson(text)
  if (!isRecord(found)) return progress
  for (const [slug, pass] of entriesOf(found['passed'])) {
    if (isRecord(pass) && typeof pass['at'] === 'string')
      progress.passed[slug] = { at: pass['at'] }
  }
  for (const [slug, level] of entriesOf(found['hints'])) {
    if (typeof level === 'number' && isLevel(level)) progress.hints[slug] = level
  }
  return progress
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : []
}
