import { basename, join } from 'node:path'
import { dataPath, root } from '../paths.ts'
import { writeCached } from './build-cache.ts'
import { bundle, esbuildOptions } from './bundle.ts'
import { programFolder } from './deps-bundle.ts'

const tools = new Map<string, Promise<Uint8Array>>()
// Node takes over the main program from a preload in CommonJS only.
const inCommonJs = new Set<string>([
  'process/exit-on-signal',
  'process/long-timers',
  'process/preload',
])

type OwnTool =
  | 'process/exit-on-signal'
  | 'process/long-timers'
  | 'process/pool-worker'
  | 'process/preload'
  | 'process/reaper'
  | 'session/session-daemon'

/**
 * Compiles a file of the workshop that runs as a process of its own, or in one.
 *
 * @param name the file's below `workshop/`, without `.ts`
 * @returns the path of the JavaScript file
 */
export async function compileOwnTool(name: OwnTool): Promise<string> {
  const made = tools.get(name) ?? bundleOwnTool(name)
  tools.set(name, made)
  made.catch(() => tools.delete(name)) // The next call tries again.
  // What the pool worker loads in advance are the packages of the programs.
  const folder = name === 'process/pool-worker' ? await programFolder() : dataPath('build')
  const extension = inCommonJs.has(name) ? '.cjs' : '.mjs'
  return writeCached(folder, basename(name) + extension, await made)
}

function bundleOwnTool(name: string): Promise<Uint8Array> {
  return bundle({
    ...esbuildOptions,
    entryPoints: [join(root, 'workshop', `${name}.ts`)],
    packages: 'external',
    ...(inCommonJs.has(name) && { format: 'cjs' }),
  })
}
