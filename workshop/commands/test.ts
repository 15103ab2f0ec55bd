import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { filesIn } from '../course/files.ts'
import { UserError } from '../errors.ts'
import { dataPath, root } from '../paths.ts'
import { findRedisServer } from '../redis/index.ts'
import { ShutdownSignal } from '../session/shutdown.ts'

/** What the tests of a suite need: variables for them, and how it is ended afterwards. */
interface Prepared {
  env: Record<string, string>
  close?: () => Promise<void>
}

/** Tests of the workshop itself. */
interface TestSuite {
  /** What one types. */
  command: string
  /** The folder with its vitest.config.ts. */
  folder: string
  /** What one of them is called. */
  kind: string
  about: string
  /** Whether a word that is in no test's name is an error before anything starts. */
  strict: boolean
  prepare(): Promise<Prepared>
}

const workshopTests: TestSuite = {
  command: 'npm test',
  folder: 'tests',
  kind: 'test',
  about: 'This tests the workshop itself. To check your own code: npm run check',
  strict: false,
  prepare: async () => ({ env: {} }),
}

// Each has a program of its own that not every machine has.
const others: Record<string, TestSuite> = {
  browser: {
    command: 'npm run test:browser',
    folder: 'tests/e2e/browser',
    kind: 'page test',
    about: 'This opens the pages of the solutions in a real browser, and uses them.',
    strict: true,
    async prepare() {
      const { findChromium, openBrowser } = await import('../../tests/e2e/support/index.ts')
      const program = findChromium()
      // The browser is ours and not Vitest's, which ends at once when it is asked to.
      const { address, close } = await openBrowser(program, dataPath('tmp'))
      return { env: { WORKSHOP_BROWSER: address }, close }
    },
  },
  deploy: {
    command: 'npm run test:deploy',
    folder: 'tests/e2e/deploy',
    kind: 'deployment test',
    about:
      'This runs the programs of the deployment files, without containers, behind a real nginx.',
    strict: true,
    async prepare() {
      const { findNginx } = await import('../../tests/e2e/support/find-nginx.ts')
      return { env: { WORKSHOP_NGINX: findNginx() } }
    },
  },
}

/**
 * `npm test [all] [word …]`: is this workshop sound? Runs the tests in tests/, or the files whose
 * name holds a word. How the wrong programs fail is recorded; with `all` each of them is run again,
 * each right answer must reach every goal, and the long tests of *.all.test.ts are run as well. It
 * never looks at what a learner has written in steps/. `npm run test:browser` uses the pages in
 * Chromium, `npm run test:deploy` the deployment files behind nginx.
 *
 * @returns 0 sound, 1 not, 130 when interrupted
 */
export async function run([first = '', ...rest]: string[]): Promise<number> {
  const words = [first, ...rest].filter(Boolean)
  const other = others[first]
  return other ? runSuite(other, rest) : runSuite(workshopTests, words)
}

async function runSuite(suite: TestSuite, words: string[]): Promise<number> {
  console.log(`${suite.about}\n`)
  const filters = suite.strict ? words : words.filter((word) => word !== 'all')
  await validateFilters(suite, filters)
  const shutdown = new ShutdownSignal()
  let prepared: Prepared | undefined
  try {
    prepared = await suite.prepare()
    await findRedisServer({ log: (line) => console.error(line) })
    const all = filters.length < words.length
    const env = { ...process.env, ...prepared.env, WORKSHOP_TEST_ALL: all ? '1' : '' }
    const excluded = all || filters.length > 0 ? [] : ['--exclude', '**/*.all.test.ts']
    return await runVitest(suite.folder, [...filters, ...excluded], env, shutdown)
  } finally {
    await prepared?.close?.()
    shutdown.close()
  }
}

async function validateFilters(suite: TestSuite, words: string[]): Promise<void> {
  const { command, folder, kind, strict } = suite
  const names = (await filesIn(join(root, folder)))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => name.replace('.test.ts', ''))
  if (words.some((word) => word.startsWith('-')))
    throw new UserError(`${command} takes words, not flags: ${command} ${names[0]}`)
  const unknown = words.find((word) => !names.some((name) => name.includes(word)))
  if (!strict || unknown === undefined) return
  throw new UserError(`No ${kind} is called "${unknown}". There are: ${names.join(', ')}`)
}

// In a process of its own, which prints where we print and is ended when we are asked to end.
async function runVitest(
  folder: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  shutdown: ShutdownSignal,
): Promise<number> {
  const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'))
  const config = join(root, folder, 'vitest.config.ts')
  const words = [join(vitest, 'vitest.mjs'), 'run', '--config', config, ...args]
  const child = spawn(process.execPath, words, { stdio: 'inherit', cwd: root, env })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code === 0 ? 0 : 1))
  })
  const code = await Promise.race([ended, shutdown.requested.promise.then(() => 130)])
  child.kill('SIGTERM')
  await ended
  return code
}
