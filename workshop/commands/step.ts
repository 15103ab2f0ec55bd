import { findSharedRedis } from '../classroom/membership.ts'
import { requireRunnableStep } from '../course/index.ts'
import { UserError } from '../errors.ts'
import { parseRunArgs, runInstances } from '../session/index.ts'

/**
 * `npm run step 4 [instances] [workers] [wire]`: runs what the learner has written;
 * `npm run step 4 class` against the Redis that a classroom shares, `npm run step 11 bench` measures it.
 */
export async function run(words: string[]): Promise<number> {
  if (words[1] === 'bench') return (await import('../dev/bench/scale/scale.ts')).runScale(words)
  const { step: word, inClass, ...how } = parseRunArgs('step', words)
  const { number, folder, entries, needsCluster } = await requireRunnableStep(word)
  const namePrefix = inClass ? await useSharedRedis(number) : undefined
  return runInstances({
    commandLine: ['npm run step', ...words].join(' '),
    folder,
    entries,
    needsCluster,
    namePrefix,
    ...how,
  })
}

// The steps whose programs use channels that a room can share.
const sharedSteps = [3, 4, 6, 8]

async function useSharedRedis(step: number): Promise<string> {
  if (!sharedSteps.includes(step))
    throw new UserError(`A class shares one Redis in the steps ${sharedSteps.join(', ')}`)
  const { url, namePrefix } = await findSharedRedis()
  process.env['REDIS_URL'] = url
  return namePrefix
}
