import { showCode } from '../classroom/membership.ts'
import { currentStep, requireRunnableStep } from '../course/index.ts'
import { UserError } from '../errors.ts'

/** `npm run show [4]`: shows the instructor the code of a step, as it is now. */
export async function run(words: string[]): Promise<number> {
  const [word, ...more] = words
  if (more.length > 0) throw new UserError('One step at a time: npm run show 4')
  const step = await requireRunnableStep(word ?? (await currentStep()).slug)
  await showCode(step)
  console.log(
    `The instructor sees steps/${step.slug} as it is now. To take it back: npm run leave`,
  )
  return 0
}
