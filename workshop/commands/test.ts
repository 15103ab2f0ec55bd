import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { UserError } from '../errors.ts'
import { root } from '../paths.ts'
import { findRedisServer } from '../redis/index.ts'

/**
 * `npm test [all] [word …]`: is this workshop sound? Runs what is in tests/, or the files whose
 * name holds a word; with `all` the gates are tried on every wrong program we know, not on one
 * for each mistake. It never looks at what a learner has written in steps/.
 *
 * @returns 0 sound, 1 not
 */
export async function run(words: string[]): Promise<number> {
  console.log('This tests the workshop itself. To check your own code: npm run check\n')
  if (words.some((word) => word.startsWith('-')))
    throw new UserError('npm test takes words, not flags: npm test 04')
  await findRedisServer({ say: (line) => console.error(line) })
  const vitest = join(
    dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
    'vitest.mjs',
  )
  const config = join(root, 'tests', 'vitest.config.ts')
  const [all, files] = [words.includes('all'), words.filter((word) => word !== 'all')]
  const child = spawn(process.execPath, [vitest, 'run', '--config', config, ...files], {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, WORKSHOP_TEST_ALL: all ? '1' : '' },
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code === 0 ? 0 : 1))
  })
}
