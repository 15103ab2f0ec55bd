import { findStep } from '../course/index.ts'
import { readWords, runInstances } from '../supervisor/run/index.ts'

/** `npm run step 4 [instances] [workers] [wire]`: runs what the learner has written. */
export async function run(words: string[]): Promise<number> {
  const { step: word, ...how } = readWords('step', words)
  const { folder, entries } = await findStep(word)
  return runInstances({ what: ['npm run step', ...words].join(' '), folder, entries, ...how })
}
