import { requireRunnableStep } from '../../../course/index.ts'
import { UserError } from '../../../errors.ts'
import { ShutdownSignal } from '../../../session/shutdown.ts'
import { scale } from './scale.ts'

/** `npm run step 11 bench`: what the learner has written, beside other ways of doing it. */
export async function runScale([word, , ...more]: string[]): Promise<number> {
  const { slug, folder } = await requireRunnableStep(word)
  if (slug !== '11-scale-out' || more.length > 0)
    throw new UserError('Only one step has a bench: npm run step 11 bench')
  if (process.platform !== 'linux')
    throw new UserError('The bench reads /proc, which only Linux has')
  const endings: (() => Promise<unknown>)[] = []
  let ended = false
  // What is started while all is being ended, is ended as well.
  const defer = (end: () => Promise<unknown>) => {
    if (ended) void end()
    else endings.push(end)
  }
  const shutdown = new ShutdownSignal()
  try {
    const bench = scale(folder, defer)
    return (
      (await Promise.race([bench, shutdown.requested.promise.then(() => undefined)])) ?? 130
    )
  } finally {
    ended = true
    await Promise.all(endings.map((end) => end()))
    shutdown.close()
  }
}
