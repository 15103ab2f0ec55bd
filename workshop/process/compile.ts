import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, utimes } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { writeFileAtomic } from './build-cache.ts'
import { asCompileError, esbuildOptions } from './bundle.ts'
import { programFolder } from './deps-bundle.ts'

/** A program of a step, compiled into JavaScript. */
export interface Program {
  /** The file that Node runs: `process.argv[1]` of the program. Absolute. */
  source: string
  /** The JavaScript that Node runs in its place; see `run-compiled.ts`. */
  file: string
  /** What is in that file, and in those that it imports, by their paths in one folder. */
  files: ReadonlyMap<string, string>
}

/**
 * Compiles a program. It behaves as under `node --import tsx`, and starts faster. Each of its
 * files becomes one of JavaScript: in a bundle, esbuild makes `var` of `const` and `let`, and what
 * Node refuses would run.
 *
 * @param folder absolute; where the program's own files lie
 * @param entry its file there, for example `index.ts`
 * @throws CompileError when esbuild cannot make a program of it
 */
export async function compile(folder: string, entry: string): Promise<Program> {
  const source = join(folder, entry)
  const [programs, modules] = await Promise.all([programFolder(), findModules(source)])
  const codes = await Promise.all(modules.map((module) => transform(module, source)))
  const hash = createHash('sha256')
  for (const [i, { path }] of modules.entries()) hash.update(`${path}\0${codes[i]}\0`)
  const version = hash.digest('hex').slice(0, 12)
  const target = join(programs, `${basename(folder)}-${version}`)
  const compiled = new Map(
    modules.map(({ path, isCommonJs }) => {
      const name = encodeURIComponent(relative(folder, path))
      return [path, join(target, `${name}.${isCommonJs ? 'cjs' : 'mjs'}`)]
    }),
  )
  const file = compiled.get(source)
  if (!file) throw new Error(`esbuild did not read ${source}`)
  const files = new Map<string, string>()
  for (const [i, { path, imports }] of modules.entries()) {
    files.set(compiled.get(path) ?? '', withCompiledImports(codes[i] ?? '', imports, compiled))
  }
  const program = { source, file, files }
  await writeProgram(program)
  return program
}

/** Writes the files of a program that are missing. What nothing has used for a day is deleted. */
export async function writeProgram({ file, files }: Program): Promise<void> {
  const now = new Date()
  await mkdir(dirname(file), { recursive: true })
  await utimes(dirname(file), now, now)
  const missing = [...files].filter(([path]) => !existsSync(path))
  await Promise.all(missing.map(([path, code]) => writeFileAtomic(path, code)))
}

/** A file of a program. */
interface SourceModule {
  path: string
  text: string
  /** Where the program's own files lie that it imports, by the names that it imports them by. */
  imports: ReadonlyMap<string, string>
  isCommonJs: boolean
}

// Bundling finds the files, and reports what is wrong in them, by their paths from the working
// directory. The bundle itself is not used.
async function findModules(source: string): Promise<SourceModule[]> {
  const { metafile } = await asCompileError(
    esbuild.build({
      ...esbuildOptions,
      entryPoints: [source],
      packages: 'external',
      sourcemap: false,
      metafile: true,
    }),
  )
  const modules = Object.entries(metafile.inputs).map(async ([name, { imports, format }]) => {
    const path = resolve(name)
    const own = imports.flatMap(({ path: to, original, external }) =>
      original && !external ? [[original, resolve(to)] as const] : [],
    )
    const text = await readFile(path, 'utf8')
    return { path, text, imports: new Map(own), isCommonJs: format === 'cjs' }
  })
  return Promise.all(modules)
}

const loaders: Record<string, esbuild.Loader> = {
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
  '.tsx': 'tsx',
  '.json': 'json',
  '.txt': 'text',
}

async function transform(module: SourceModule, entry: string): Promise<string> {
  const { path, text, isCommonJs } = module
  const { code } = await asCompileError(
    esbuild.transform(text, {
      loader: loaders[extname(path)] ?? 'ts',
      define: importMeta(path, path === entry),
      format: isCommonJs ? 'cjs' : 'esm',
      platform: esbuildOptions.platform,
      target: esbuildOptions.target,
      sourcemap: 'inline',
      sourcefile: pathToFileURL(path).href,
      banner: isCommonJs ? '' : requireBanner(entry),
      // A file is loaded also when nothing of it is used, and a type needs no `import type`.
      tsconfigRaw: { compilerOptions: { importsNotUsedAsValues: 'preserve' } },
    }),
  )
  return code
}

// tsx offers `require` to ES modules, too.
function requireBanner(source: string): string {
  const from = JSON.stringify(pathToFileURL(source).href)
  return `import { createRequire as workshopRequire } from 'node:module'; globalThis.require ??= workshopRequire(${from});`
}

// import.meta and the variables of CommonJS are those of the source.
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

// How esbuild writes what imports another file. JSON has become JavaScript.
const importPattern =
  /(^(?:import|export)\b[^;"]*|\bimport\(|\brequire\()("(?:[^"\\\n]|\\.)*")(?: with \{[^}]*\})?/gm

function withCompiledImports(
  code: string,
  imports: SourceModule['imports'],
  compiled: ReadonlyMap<string, string>,
): string {
  return code.replace(importPattern, (whole, begin: string, name: string) => {
    const file = compiled.get(imports.get(JSON.parse(name)) ?? '')
    if (!file) return whole
    const url = `./${encodeURIComponent(basename(file))}`
    return begin + JSON.stringify(begin === 'require(' ? file : url)
  })
}
