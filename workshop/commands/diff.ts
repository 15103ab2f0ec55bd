import { structuredPatch } from 'diff'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { filesIn, readText } from '../course/files.ts'
import { type Paint, paintFor } from '../course/paint.ts'
import { currentStep } from '../course/progress.ts'
import { type Step, lookUpStep } from '../course/steps.ts'
import { root as workshopRoot } from '../paths.ts'

/** `npm run diff [4]`: your files beside the solution's. */
export async function run(words: string[], root = workshopRoot): Promise<number> {
  if (words.length > 1) throw new UserError('One step at a time: npm run diff 4')
  const step =
    words[0] === undefined ? await currentStep(root) : await lookUpStep(words[0], root)
  const answer = await filesIn(step.solution)
  if (answer.length === 0) throw new UserError(`There is no solution in solutions/${step.slug}`)
  const mine = (await filesIn(step.folder)).filter((name) => name !== 'README.md')
  const paint = paintFor()
  console.log(paint.bold('This shows the answer: from your files (-) to the solution (+).'))
  const differing: string[] = []
  for (const name of answer) differing.push(...(await compare(step, name, paint)))
  const own = mine.filter((name) => !answer.includes(name))
  const remarks = own.map((name) => `${name} is yours; the solution does without it.`)
  const verdict =
    differing.length === 0 ? ['Your files are the same as the solution.'] : differing
  console.log(['', ...verdict, ...remarks].join('\n'))
  return 0
}

async function compare(step: Step, name: string, paint: Paint): Promise<string[]> {
  const [mine, answer] = await Promise.all([
    readText(join(step.folder, name)),
    readText(join(step.solution, name)),
  ])
  if (mine === answer) return []
  const from = `steps/${step.slug}/${name}${mine === undefined ? ' (missing)' : ''}`
  const to = `solutions/${step.slug}/${name}`
  return unified(from, to, mine ?? '', answer ?? '', paint)
}

function unified(from: string, to: string, a: string, b: string, paint: Paint): string[] {
  // Two texts without a common line could take minutes; nobody reads such a diff.
  const patch = structuredPatch(from, to, a, b, '', '', { context: 3, timeout: 2_000 })
  if (!patch) return [`${from} is too different from ${to} to be shown line by line.`]
  const lines = [paint.bold(`--- ${from}`), paint.bold(`+++ ${to}`)]
  for (const hunk of patch.hunks) {
    const where = `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`
    lines.push(paint.cyan(where), ...hunk.lines.map((line) => coloured(line, paint)))
  }
  return [...lines, '']
}

function coloured(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint.green(line)
  return line.startsWith('-') ? paint.red(line) : line
}
