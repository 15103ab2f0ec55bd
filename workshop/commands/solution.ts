import { findStep } from '../course/index.ts'
import { parseRunArgs, runInstances } from '../session/index.ts'

/** `npm run solution 4 [instances] [workers] [wire]`: runs the finished program of a step. */
export async function run(words: string[]): Promise<number> {
  const { step: word, ...how } = parseRunArgs('solution', words)
  const { solution: folder, entries, needsCluster } = await findStep(word)
  return runInstances({
    commandLine: ['npm run solution', ...words].join(' '),
    folder,
    entries,
    needsCluster,
    ...how,
  })
}
