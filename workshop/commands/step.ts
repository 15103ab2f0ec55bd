import { requireRunnableStep } from '../course/index.ts'
import { parseRunArgs, runInstances } from '../session/index.ts'

/**
 * `npm run step 4 [instances] [workers] [wire]`: runs what the learner has written;
 * `npm run step 11 bench` measures it.
 */
export async function run(words: string[]): Promise<number> {
  if (words[1] === 'bench') return (await import('../dev/bench/scale/run.ts')).runScale(words)
  const { step: word, ...how } = parseRunArgs('step', words)
  const { folder, entries, needsCluster } = await requireRunnableStep(word)
  return runInstances({
    commandLine: ['npm run step', ...words].join(' '),
    folder,
    entries,
    needsCluster,
    ...how,
  })
}
