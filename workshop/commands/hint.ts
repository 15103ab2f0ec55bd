import { styleText } from 'node:util'
import { UserError } from '../errors.ts'
import { currentStep, readProgress, recordHint } from '../course/progress.ts'
import { type Step, findStep } from '../course/steps.ts'
import { wrapText } from '../course/text.ts'
import { root as workshopRoot } from '../paths.ts'

const names = ['a nudge', 'the concept', 'nearly code']

/** `npm run hint [4] [2]`: the next hint of a step, or the one asked for. */
export async function run(words: string[], root = workshopRoot): Promise<number> {
  const [word, level, ...more] = words
  if (more.length > 0) throw new UserError('At most a step and a level: npm run hint 4 2')
  const step = word === undefined ? await currentStep(root) : await findStep(word, root)
  const { hints } = step.lesson
  if (hints.length === 0) {
    throw new UserError(
      `There are no hints in steps/${step.slug}/hints.md. To get it back: npm run reset ${step.number}`,
    )
  }
  const { hints: shown } = await readProgress(root)
  const next = Math.min((shown[step.slug] ?? 0) + 1, hints.length)
  const number = level === undefined ? next : levelOf(level, hints.length)
  print(step, number)
  // Remembered last: a hint that was shown helps even where nothing can be written.
  await recordHint(step.slug, Math.max(number, shown[step.slug] ?? 0), root)
  return 0
}

function levelOf(word: string, levels: number): number {
  const level = Number(word)
  if (/^\d+$/.test(word) && level >= 1 && level <= levels) return level
  throw new UserError(`There is no hint "${word}". The hints of a step are 1 to ${levels}`)
}

function print({ number, title, lesson: { hints } }: Step, level: number): void {
  const which = `hint ${level} of ${hints.length}: ${names[level - 1] ?? ''}`
  const next =
    level < hints.length
      ? `More help, ${names[level]}: npm run hint ${number} ${level + 1}`
      : `That was the last hint. The answer: npm run diff ${number}`
  console.log(
    [
      '',
      `  ${styleText('bold', `Step ${number} · ${title}`)}`,
      `  ${styleText('cyan', which)}`,
      '',
      ...wrapText(hints[level - 1]?.text ?? '', 76).map((line) => (line ? `  ${line}` : '')),
      '',
      `  ${styleText('dim', next)}`,
      '',
    ].join('\n'),
  )
}
