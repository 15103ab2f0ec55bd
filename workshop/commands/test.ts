import { runVitest } from '../dev/vitest-runner.ts'
import { UserError } from '../errors.ts'
import { findRedisServer } from '../redis/index.ts'
import { ShutdownSignal } from '../session/shutdown.ts'

const tests = { command: 'npm test', folder: 'tests', kind: 'test' }

/**
 * `npm test [all] [word …]`: is this workshop sound? Runs what is in tests/, or the files whose
 * name holds a word; with `all` the gates are tried on every wrong program we know, not on one
 * for each mistake. It never looks at what a learner has written in steps/. Pages in a real
 * browser are another matter: `npm run test:browser`.
 *
 * @returns 0 sound, 1 not, 130 when interrupted
 */
export async function run(words: string[]): Promise<number> {
  console.log('This tests the workshop itself. To check your own code: npm run check\n')
  if (words.some((word) => word.startsWith('-')))
    throw new UserError('npm test takes words, not flags: npm test 04')
  await findRedisServer({ say: (line) => console.error(line) })
  const [all, files] = [words.includes('all'), words.filter((word) => word !== 'all')]
  const wayOut = new ShutdownSignal()
  try {
    return await runVitest(tests, files, { WORKSHOP_TEST_ALL: all ? '1' : '' }, wayOut)
  } finally {
    wayOut.close()
  }
}
