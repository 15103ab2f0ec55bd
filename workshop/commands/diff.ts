import { styleText } from 'node:util'
import { UserError } from '../errors.ts'
import { type FileDiff, diffWithSolution } from '../course/diff.ts'
import { currentStep } from '../course/progress.ts'
import { findStep } from '../course/steps.ts'
import { root as workshopRoot } from '../paths.ts'

/** `npm run diff [4]`: your files beside the solution's. */
export async function run(words: string[], root = workshopRoot): Promise<number> {
  if (words.length > 1) throw new UserError('One step at a time: npm run diff 4')
  const step = words[0] === undefined ? await currentStep(root) : await findStep(words[0], root)
  const { files, own } = await diffWithSolution(step)
  console.log(
    styleText('bold', 'This shows the answer: from your files (-) to the solution (+).'),
  )
  const differing = files.flatMap((file) => unified(step.slug, file))
  const remarks = own.map((name) => `${name} is yours; the solution does without it.`)
  const verdict =
    differing.length === 0 ? ['Your files are the same as the solution.'] : differing
  console.log(['', ...verdict, ...remarks].join('\n'))
  return 0
}

function unified(slug: string, { name, missing, hunks }: FileDiff): string[] {
  const from = `steps/${slug}/${name}${missing ? ' (missing)' : ''}`
  const to = `solutions/${slug}/${name}`
  if (!hunks) return [`${from} is too different from ${to} to be shown line by line.`]
  const lines = [styleText('bold', `--- ${from}`), styleText('bold', `+++ ${to}`)]
  for (const hunk of hunks) {
    lines.push(styleText('cyan', hunk.where), ...hunk.lines.map((line) => coloured(line)))
  }
  return [...lines, '']
}

function coloured(line: string): string {
  if (line.startsWith('+')) return styleText('green', line)
  return line.startsWith('-') ? styleText('red', line) : line
}
