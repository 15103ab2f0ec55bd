import { UserError } from '../errors.ts'
import { ShutdownSignal, pageKeys, untilShutdown } from '../session/index.ts'
import * as progress from './progress.ts'

/**
 * `npm start`: progress, and then the guide, until Ctrl+C. Without a terminal (a run window of an
 * IDE, `concurrently`, CI) the guide starts only when `npm start guide` asks for it.
 */
export async function run(words: string[]): Promise<number> {
  const [word, ...more] = words
  if (more.length > 0 || (word !== undefined && word !== 'guide'))
    throw new UserError('It is: npm start, or npm start guide')
  const code = await progress.run([])
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  if (!isTerminal && word !== 'guide') {
    console.log('  This is no terminal. To start the guide here, type: npm start guide\n')
    return code
  }
  const shutdown = new ShutdownSignal()
  const { openGuide } = await import('../guide/index.ts')
  const guide = await openGuide()
  console.log(`  The guide is at ${guide.url}   (${pageKeys()})\n`)
  await untilShutdown(guide.url, shutdown)
  const forced = shutdown.forced.promise.then(() => process.exit(0))
  await Promise.race([guide.close(), forced])
  shutdown.close()
  return code
}
