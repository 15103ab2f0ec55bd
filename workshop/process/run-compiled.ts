import { existsSync } from 'node:fs'
import Module from 'node:module'

/** The environment variable with the files that are compiled, and into which. */
export const programVariable = 'WORKSHOP_PROGRAM'

/**
 * Lets Node run a compiled program in the place of its source. The program then sees what it
 * sees under `node --import tsx index.ts`: `process.argv[1]` is its source, and cluster workers,
 * forked processes and threads start there as well. Any other TypeScript file, for example the
 * `exec` of `cluster.setupPrimary`, runs under tsx itself.
 *
 * Call it in a preload. Node looks up `runMain` late so that a preload may replace it.
 */
export function runCompiledMain(): void {
  const [source, file = ''] = JSON.parse(process.env[programVariable] ?? '[]')
  const { runMain } = Module
  Module.runMain = (main = process.argv[1] ?? '') => {
    if (main === source && existsSync(file)) runMain(file)
    else if (/\.[cm]?tsx?$/.test(main)) void import('tsx').then(() => runMain(main))
    else runMain(main)
  }
}
