import { join } from 'node:path'
import { UserError } from '../../errors.ts'
import { root as workshopRoot } from '../../paths.ts'
import { lessonFiles } from '../../course/lesson.ts'
import { readText, writeFileAtomic } from '../../course/files.ts'
import {
  type Starters,
  collectStarters,
  formatStarters,
  readStartersOrEmpty,
  readStarters,
  startersFile,
} from '../../course/starters.ts'
import { timestampForFileName } from '../../course/text.ts'
import { readCourse } from './read-course.ts'
import { checkDecks } from './decks.ts'
import { checkGlossary } from './glossary.ts'
import { checkImports } from './imports.ts'
import { checkLessons } from './lessons.ts'
import { checkPictures } from './pictures.ts'
import { checkPrograms } from './programs.ts'
import { checkRecordings } from './recordings.ts'
import { checkCommands, checkMistakes, checkReadme, checkRegistration } from './registration.ts'

/** What verify found, one line each. */
export interface Findings {
  /** Missing or out of step. */
  problems: string[]
  /** Files in steps/ that are not as in starters.json: expected where a learner works. */
  edited: string[]
}

/** Looks whether everything that belongs together does. Writes nothing. */
export async function verifyCourse(root = workshopRoot): Promise<Findings> {
  const course = await readCourse(root)
  const checks = [
    checkRegistration,
    checkLessons,
    checkPictures,
    checkPrograms,
    checkDecks,
    checkImports,
    checkReadme,
    checkCommands,
    checkMistakes,
    checkGlossary,
  ]
  const problems = checks.flatMap((check) => check(course))
  problems.push(...(await checkRecordings(course, root)))
  const kept = await readStarters(root).catch((error: unknown) => {
    if (error instanceof UserError) problems.push(`${error.message}; or: npm run verify fix`)
    else throw error
    return undefined
  })
  const edited = kept ? differences(kept, await collectStarters(root)) : []
  return { problems, edited }
}

/**
 * Takes the files in steps/ as the new untouched starters. The old list is kept.
 *
 * @returns the files that are different now
 * @throws UserError when a step that was a starter has no TODO(n) any more: it is solved
 */
export async function fixStarters(root = workshopRoot): Promise<string[]> {
  const [old, now] = await Promise.all([readStartersOrEmpty(root), collectStarters(root)])
  for (const [slug, starter] of Object.entries(now)) {
    const code = Object.entries(starter).filter(([path]) => !lessonFiles.includes(path))
    if (!old[slug] || code.some(([, { text }]) => text.includes('TODO('))) continue
    throw new UserError(`steps/${slug} has no TODO(n): that is no starter. Nothing was written`)
  }
  const file = startersFile(root)
  const before = await readText(file)
  const after = formatStarters(now)
  if (before === after) return []
  const copy = join(
    root,
    '.workshop',
    'backups',
    `starters-${timestampForFileName(new Date())}.json`,
  )
  if (before !== undefined) await writeFileAtomic(copy, before)
  await writeFileAtomic(file, after)
  return differences(old, now)
}

function differences(kept: Starters, now: Starters): string[] {
  const [old, young] = [hashes(kept), hashes(now)]
  return [...new Set([...old.keys(), ...young.keys()])].toSorted().flatMap((path) => {
    if (old.get(path) === young.get(path)) return []
    if (!young.has(path)) return [`${path} is missing`]
    return [`${path} is ${old.has(path) ? 'changed' : 'new'}`]
  })
}

function hashes(starters: Starters): Map<string, string> {
  const found = new Map<string, string>()
  for (const [slug, files] of Object.entries(starters)) {
    for (const [name, { sha256 }] of Object.entries(files))
      found.set(`steps/${slug}/${name}`, sha256)
  }
  return found
}
