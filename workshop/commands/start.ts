import { UserError } from '../errors.ts'
import { ShutdownSignal } from '../session/index.ts'
import * as progress from './progress.ts'

/**
 * `npm start`: how far you have come, and then the guide, until Ctrl+C. Where nobody sits at a
 * terminal there is nobody to guide, unless `npm start guide` asks for it.
 */
export async function run(words: string[]): Promise<number> {
  const [word, ...more] = words
  if (more.length > 0 || (word !== undefined && word !== 'guide'))
    throw new UserError('It is: npm start')
  const code = await progress.run([])
  const watched = process.stdin.isTTY && process.stdout.isTTY
  if (!watched && word !== 'guide') return code
  const wayOut = new ShutdownSignal()
  const { openGuide } = await import('../guide/index.ts')
  const guide = await openGuide()
  console.log(`  The guide is at ${guide.url}   (Ctrl+C ends it)\n`)
  await wayOut.requested.promise
  const hurry = wayOut.forced.promise.then(() => process.exit(0))
  await Promise.race([guide.close(), hurry])
  wayOut.close()
  return code
}
