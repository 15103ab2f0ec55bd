import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from '../paths.ts'

/** A Vitest that runs. */
export interface VitestRun {
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
export function runVitest(
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
