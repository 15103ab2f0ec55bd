import { UserError } from '../errors.ts'
import { root as workshopRoot } from '../paths.ts'
import { type Backup, readBackup, listBackups } from './backups.ts'
import {
  type FileChange,
  type FileContent,
  type ReplacePlan,
  applyPlan,
  planChanges,
  sameContent,
} from './replace-files.ts'
import { readStarters } from './starters.ts'
import { type Step, steps } from './steps.ts'
import { normalizeNewlines } from './text.ts'

/** What a reset or an undo did. Without a backup nothing of the learner's was replaced. */
export interface ResetResult {
  changes: FileChange[]
  backup?: Backup
}

/**
 * How a step's folder differs from its untouched starter. Writes nothing. Line ends and a
 * byte order mark do not count: a clone on Windows is untouched.
 */
export async function compareWithStarter(
  step: Step,
  root = workshopRoot,
): Promise<FileChange[]> {
  return planChanges(await starterPlan(step, root))
}

/**
 * Puts the untouched starter of a step in place, having kept the learner's changed files.
 * Files that the starter does not have stay as they are.
 *
 * @throws UserError when something is in the way; every file is where it was or in a backup
 */
export async function resetStep(step: Step, root = workshopRoot): Promise<ResetResult> {
  return applyPlan(await starterPlan(step, root))
}

/** The steps of which a file is changed or missing. */
export async function modifiedSteps(
  root = workshopRoot,
): Promise<{ step: Step; changes: FileChange[] }[]> {
  const starters = await readStarters(root)
  const edited: { step: Step; changes: FileChange[] }[] = []
  for (const step of (await steps(root)).filter(({ slug }) => starters[slug])) {
    const changes = await compareWithStarter(step, root)
    if (changes.some(({ state }) => state !== 'same')) edited.push({ step, changes })
  }
  return edited
}

/**
 * Brings the files of a backup back. What they replace is itself kept, so that an undo can
 * be undone. Files the backup does not have stay as they are.
 *
 * @param which 1 is the newest backup, 2 the one before
 * @throws UserError when there is no such backup, or something is in the way
 */
export async function undo(
  which: number,
  root = workshopRoot,
): Promise<ResetResult & { from: Backup }> {
  const backups = await listBackups(root)
  const from = backups[which - 1]
  if (!from) throw new UserError(noSuchBackup(backups.length, which))
  const wanted = await readBackup(from)
  const plan: ReplacePlan = {
    root,
    slug: from.slug,
    reason: 'undo',
    wanted,
    isSame: (found, content) => sameContent(found.content, content),
  }
  return { ...(await applyPlan(plan)), from }
}

async function starterPlan(step: Step, root: string): Promise<ReplacePlan> {
  const starter = (await readStarters(root))[step.slug]
  if (!starter) {
    throw new UserError(
      `No untouched starter of ${step.slug} is known. Run: npm run verify fix`,
    )
  }
  const wanted = new Map<string, FileContent>()
  for (const [path, { text }] of Object.entries(starter))
    wanted.set(path, { data: Buffer.from(text) })
  const { slug } = step
  return {
    root,
    slug,
    reason: 'reset',
    wanted,
    isSame: ({ data }, content) => sameText(data, content),
  }
}

function sameText(found: Buffer | undefined, wanted: FileContent): boolean {
  if (!found || !('data' in wanted)) return false
  return normalizeNewlines(found.toString()) === normalizeNewlines(wanted.data.toString())
}

function noSuchBackup(number: number, which: number): string {
  if (number === 0) return 'There is nothing to undo: no reset has replaced a file yet'
  const range = number === 1 ? 'There is only backup 1' : `There are backups 1 to ${number}`
  return `There is no backup ${which}. ${range}: npm run backups lists them`
}
