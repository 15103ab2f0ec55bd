import { structuredPatch } from 'diff'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { filesIn, readText } from './files.ts'
import { lessonFiles } from './lesson.ts'
import type { Step } from './steps.ts'

/** A piece of a file that differs. */
export interface Hunk {
  /** `@@ -1,4 +1,6 @@` */
  where: string
  /** Each with ` `, `-` or `+` before it: from the learner's file to the solution's. */
  lines: string[]
}

/** How a file of the learner's differs from the solution's. */
export interface FileDiff {
  name: string
  /** The learner has no such file. */
  missing: boolean
  /** Undefined when the two are too different to be shown line by line. */
  hunks: Hunk[] | undefined
}

/**
 * The files of a step that differ from its solution.
 *
 * @throws UserError when the step has no solution
 */
export async function diffWithSolution(
  step: Step,
): Promise<{ files: FileDiff[]; own: string[] }> {
  const answer = await filesIn(step.solution)
  if (answer.length === 0) throw new UserError(`There is no solution in solutions/${step.slug}`)
  const mine = await learnerFiles(step)
  const files: FileDiff[] = []
  for (const name of answer) files.push(...(await compare(step, name)))
  return { files, own: mine.filter((name) => !answer.includes(name)) }
}

/** The learner's files of a step, without its lesson and hints. */
export async function learnerFiles({ folder }: Step): Promise<string[]> {
  return (await filesIn(folder)).filter((name) => !lessonFiles.includes(name))
}

async function compare(step: Step, name: string): Promise<FileDiff[]> {
  const [mine, answer] = await Promise.all([
    readText(join(step.folder, name)),
    readText(join(step.solution, name)),
  ])
  if (mine === answer) return []
  return [{ name, missing: mine === undefined, hunks: hunksOf(mine ?? '', answer ?? '') }]
}

// Two texts without a common line could take minutes; such a diff helps no reader.
function hunksOf(mine: string, answer: string): Hunk[] | undefined {
  const patch = structuredPatch('', '', mine, answer, '', '', { context: 3, timeout: 2_000 })
  return patch?.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => {
    return { where: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, lines }
  })
}
