import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { UserError } from '../errors.ts'
import { filesIn } from '../course/files.ts'
import { root } from '../paths.ts'
import type { ShutdownSignal } from '../session/shutdown.ts'

const interrupted = 130

/** Tests of the workshop itself that have a command of their own, for what they need. */
export interface TestSuite {
  /** What one types: `npm run test:browser`. */
  command: string
  /** The folder with its vitest.config.ts. */
  folder: string
  /** What one of them is called: `page test`. */
  kind: string
}

/** @throws UserError when a word is a flag, or in no test's name */
export async function validateFilters(tests: TestSuite, words: string[]): Promise<void> {
  const { command, folder, kind } = tests
  const names = (await filesIn(`${root}/${folder}`))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => name.replace('.test.ts', ''))
  if (words.some((word) => word.startsWith('-'))) {
    const [example] = names.toSorted()
    throw new UserError(`${command} takes words, not flags: ${command} ${example}`)
  }
  const strange = words.find((word) => !names.some((name) => name.includes(word)))
  if (strange === undefined) return
  throw new UserError(`No ${kind} is called "${strange}". There are: ${names.join(', ')}`)
}

/**
 * Runs them in a Vitest that is told when we are asked to end.
 *
 * @param words test files whose name holds one of them; all when there are none
 * @param env added to our own environment
 * @returns 0 when all have passed, 1 when not, 130 when interrupted
 */
export async function runVitest(
  { folder }: TestSuite,
  words: string[],
  env: Record<string, string>,
  wayOut: ShutdownSignal,
): Promise<number> {
  const { child, passed } = spawnVitest(`${folder}/vitest.config.ts`, words, env)
  const ended = passed.then((all) => (all ? 0 : 1))
  const asked = wayOut.requested.promise.then(() => interrupted)
  const code = await Promise.race([ended, asked])
  child.kill('SIGTERM')
  await passed
  return code
}

/** A Vitest that runs. */
interface VitestRun {
  child: ChildProcess
  /** Resolves when it has ended: whether every test has passed. */
  passed: Promise<boolean>
}

/**
 * Starts Vitest in a process of its own. It prints where we print.
 *
 * @param config its file, below the project's folder
 * @param files words: the test files whose name holds one; all of them when there are none
 * @param env added to our own environment
 */
function spawnVitest(
  config: string,
  files: readonly string[],
  env: Record<string, string>,
): VitestRun {
  const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'))
  const words = [join(vitest, 'vitest.mjs'), 'run', '--config', join(root, config), ...files]
  const child = spawn(process.execPath, words, {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, ...env },
  })
  const passed = new Promise<boolean>((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code === 0))
  })
  return { child, passed }
}
