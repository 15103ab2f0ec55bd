import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { dataPath, root } from '../paths.ts'
import { writeCached } from './build-cache.ts'
import { bundle, esbuildOptions } from './bundle.ts'
import { programFolder } from './deps-bundle.ts'

/** A program of a step, compiled into one JavaScript file. */
export interface Program {
  /** The file that Node runs: `process.argv[1]` of the program. Absolute. */
  source: string
  /** The JavaScript that Node runs in its place; see `run-compiled.ts`. */
  file: string
  code: Uint8Array
}

/**
 * Compiles a program. It behaves as under `node --import tsx`, and starts faster.
 *
 * @param folder absolute; where the program's own files lie
 * @param entry its file there, for example `index.ts`
 * @throws CompileError when esbuild cannot make a program of it
 */
export async function compile(folder: string, entry: string): Promise<Program> {
  const source = join(folder, entry)
  const programs = await programFolder()
  const code = await bundle({
    ...esbuildOptions,
    outdir: programs,
    entryPoints: [source],
    packages: 'external',
    plugins: [originalImportMeta(source)],
    banner: { js: requireBanner(source) },
  })
  const name = `${basename(folder)}-${basename(entry, extname(entry))}.mjs`
  return { source, file: await writeCached(programs, name, code), code }
}

// tsx offers `require` to ES modules, too.
function requireBanner(source: string): string {
  const from = JSON.stringify(pathToFileURL(source).href)
  return `import { createRequire as workshopRequire } from 'node:module'; globalThis.require ??= workshopRequire(${from});`
}

const metaPattern = /\bimport\.meta\b|\b__(?:dirname|filename)\b/
const loaders = { '.ts': 'ts', '.mts': 'ts', '.cts': 'ts', '.tsx': 'tsx' } as const

// All modules of a bundle share one `import.meta`. This gives each its own.
function originalImportMeta(entry: string): esbuild.Plugin {
  return {
    name: 'original-import-meta',
    setup(build) {
      build.onLoad({ filter: /\.[cm]?tsx?$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8')
        if (!metaPattern.test(text)) return undefined
        const define = importMeta(path, path === entry)
        const [, loader = 'ts'] =
          Object.entries(loaders).find(([end]) => end === extname(path)) ?? []
        try {
          const { code } = await esbuild.transform(text, {
            loader,
            define,
            sourcefile: path,
            sourcemap: 'inline',
            // As in tsconfig.json: an import that is not used is still an import.
            tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
          })
          return { contents: code, loader: 'js' }
        } catch {
          return undefined // A syntax error: the build will report it, with its place.
        }
      })
    },
  }
}

function importMeta(path: string, isEntry: boolean): Record<string, string> {
  const [file, folder] = [JSON.stringify(path), JSON.stringify(dirname(path))]
  return {
    'import.meta.url': JSON.stringify(pathToFileURL(path).href),
    'import.meta.filename': file,
    'import.meta.dirname': folder,
    // Node 24 has it.
    ...('main' in import.meta && { 'import.meta.main': String(isEntry) }),
    __filename: file,
    __dirname: folder,
  }
}

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
