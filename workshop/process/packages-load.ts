// Lies beside the packages it loads, as load.mjs: see packages-pack.ts.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Script, constants } from 'node:vm'

const here = import.meta.dirname

/** What V8 has compiled of the packages; another V8 than that of `make` does without. */
export const compiled = join(here, 'all.compiled')

/** All of the packages. */
export const script = new Script(readFileSync(join(here, 'all.cjs'), 'latin1'), {
  filename: join(here, 'all.cjs'),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  ...(existsSync(compiled) && { cachedData: readFileSync(compiled) }),
})

const packages: Record<string, () => unknown> = {}
script.runInThisContext()(packages, createRequire(import.meta.url))

/** Loads one of them. @returns what `require` would */
export function load(name: string): unknown {
  return packages[name]?.()
}
