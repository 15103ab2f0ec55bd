import { lookUpStep } from '../course/index.ts'
import { readWords, runInstances } from '../supervisor/run/index.ts'

/** `npm run solution 4 [instances] [workers] [wire]`: runs the finished program of a step. */
export async function run(words: string[]): Promise<number> {
  const { step: word, ...how } = readWords('solution', words)
  const { solution: folder, entries } = await lookUpStep(word)
  return runInstances({
    what: ['npm run solution', ...words].join(' '),
    folder,
    entries,
    ...how,
  })
}
