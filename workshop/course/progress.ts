import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError, errorCode } from '../errors.ts'
import { root as workshopRoot } from '../paths.ts'
import { isNotFound, displayPath, writeFileAtomic } from './files.ts'
import { withLock } from './lock.ts'
import { type Step, steps } from './steps.ts'
import { timestampForFileName, isRecord } from './text.ts'

/** What the workshop remembers about one learner, in .workshop/progress.json. */
export interface Progress {
  /** The steps passed, by slug, with the time of the first pass (ISO). */
  passed: Record<string, { at: string }>
  /** The level of the hint last shown, by slug: 1 to 3. */
  hints: Record<string, number>
}

type Say = (line: string) => void

/**
 * Reads the learner's progress. A damaged file is moved aside and said; then it starts anew.
 *
 * @param say where that line goes
 */
export async function readProgress(
  root = workshopRoot,
  say: Say = console.error,
): Promise<Progress> {
  const found = await read(fileOf(root))
  if (found !== 'damaged') return found
  return withLock(lockOf(root), () => readOrMoveAside(root, say))
}

/** Remembers that a step has passed. A step passed before keeps its time. */
export async function recordPass(step: Pick<Step, 'slug'>, root = workshopRoot): Promise<void> {
  await update(root, (progress) => {
    progress.passed[step.slug] ??= { at: new Date().toISOString() }
  })
}

/** Remembers the level (1 to 3) of the hint last shown of a step. */
export async function recordHint(
  slug: string,
  level: number,
  root = workshopRoot,
): Promise<void> {
  await update(root, (progress) => {
    progress.hints[slug] = level
  })
}

/** The first step that has not passed; undefined when all have. */
export async function nextStep(root = workshopRoot): Promise<Step | undefined> {
  const [all, { passed }] = await Promise.all([steps(root), readProgress(root)])
  return all.find(({ slug }) => !passed[slug])
}

/** The same for a command that needs one: the last step when all have passed. */
export async function currentStep(root = workshopRoot): Promise<Step> {
  const step = (await nextStep(root)) ?? (await steps(root)).at(-1)
  if (!step) throw new UserError('There are no steps in steps/. Get the workshop again')
  return step
}

const fileOf = (root: string): string => join(root, '.workshop', 'progress.json')
const lockOf = (root: string): string => join(root, '.workshop', 'progress.lock')

// Read, change and write under one lock: two checks that end together both count.
async function update(root: string, change: (progress: Progress) => void): Promise<void> {
  await withLock(lockOf(root), async () => {
    const progress = await readOrMoveAside(root, console.error)
    change(progress)
    await writeFileAtomic(fileOf(root), JSON.stringify(progress, undefined, 2) + '\n')
  })
}

async function readOrMoveAside(root: string, say: Say): Promise<Progress> {
  const file = fileOf(root)
  const found = await read(file)
  if (found !== 'damaged') return found
  const aside = join(
    root,
    '.workshop',
    `progress.damaged-${timestampForFileName(new Date())}.json`,
  )
  await rename(file, aside).catch((error: unknown) => {
    throw new UserError(`${displayPath(file)} is damaged (${errorCode(error)}). Move it away`)
  })
  say(`Your progress could not be read and starts anew. The old file is ${displayPath(aside)}`)
  return { passed: {}, hints: {} }
}

async function read(file: string): Promise<Progress | 'damaged'> {
  try {
    return parse(await readFile(file, 'utf8')) ?? 'damaged'
  } catch (error) {
    if (isNotFound(error)) return { passed: {}, hints: {} }
    if (errorCode(error) === 'EISDIR') return 'damaged'
    throw new UserError(`Cannot read ${displayPath(file)} (${errorCode(error)})`)
  }
}

function parse(text: string): Progress | undefined {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(found) || !isRecord(found['passed'])) return undefined
  const progress: Progress = { ...found, passed: {}, hints: {} }
  for (const [slug, pass] of Object.entries(found['passed'])) {
    if (isRecord(pass) && typeof pass['at'] === 'string')
      progress.passed[slug] = { at: pass['at'] }
  }
  for (const [slug, level] of Object.entries(isRecord(found['hints']) ? found['hints'] : {})) {
    if (level === 1 || level === 2 || level === 3) progress.hints[slug] = level
  }
  return progress
}
