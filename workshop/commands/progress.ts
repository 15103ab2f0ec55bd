import { UserError } from '../errors.ts'
import { readProgress, stepStates } from '../course/progress.ts'
import { renderProgress, screenOptions } from '../course/render-progress.ts'
import { steps } from '../course/steps.ts'
import { root as workshopRoot } from '../paths.ts'

/** `npm run progress`, and `npm start`: how far you have come, and what to type next. */
export async function run(words: string[], root = workshopRoot): Promise<number> {
  if (words.length > 0) throw new UserError('This command takes no words: npm run progress')
  const all = await steps(root)
  if (all.length === 0)
    throw new UserError('There are no steps in steps/. Get the workshop again')
  const [progress, states] = await Promise.all([readProgress(root), stepStates(root)])
  console.log(renderProgress(all, progress, states, screenOptions()).join('\n'))
  return 0
}
