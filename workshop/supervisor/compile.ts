import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, utimes, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { inWorkshop, root } from '../paths.ts'

/** A program that is not TypeScript, or imports what is not there. */
export class CompileError extends Error {
  override readonly name = 'CompileError'

  /** @param problems esbuild's findings, each with its place in the source where it has one */
  constructor(readonly problems: readonly esbuild.Message[]) {
    super(problems.map(describe).join('\n'))
  }
}

/**
 * Compiles one program into one JavaScript file under `.workshop/build` and returns its
 * path. The name is made from the content, so nothing is written twice and two runners
 * cannot disturb each other.
 *
 * @param folder absolute; where the program's own files lie
 * @param entry its file there, for example `index.ts`
 * @throws CompileError when esbuild cannot make a program of it
 */
export async function compile(folder: string, entry: string): Promise<string> {
  const source = join(folder, entry)
  const built = await bundle({
    ...common,
    entryPoints: [source],
    packages: 'external',
    plugins: [bundledRedis],
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(source).href),
      'import.meta.filename': JSON.stringify(source),
      'import.meta.dirname': JSON.stringify(folder),
      __filename: JSON.stringify(source),
      __dirname: JSON.stringify(folder),
    },
    banner: { js: requireFrom(source) },
  })
  return place(built, folder.split(/[/\\]/).at(-1) + '-' + entry.replace(/\.\w+$/, ''))
}

// Nothing is written by esbuild itself, but source maps name the sources relative to outdir.
const common = {
  bundle: true,
  outdir: inWorkshop('build'),
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  write: false,
  logLevel: 'silent',
} satisfies esbuild.BuildOptions

// `require` works in a step as it does under other TypeScript runners.
function requireFrom(source: string): string {
  const from = JSON.stringify(pathToFileURL(source).href)
  return `import { createRequire as workshopRequire } from 'node:module'; globalThis.require ??= workshopRequire(${from});`
}

// The redis package is five packages of many small files. In one file it loads in half the
// time, and an instance is started some hundred times in `npm test`.
const bundledRedis: esbuild.Plugin = {
  name: 'bundled-redis',
  setup(build) {
    build.onResolve({ filter: /^redis$/ }, async () => ({
      path: pathToFileURL(await redisInOneFile()).href,
      external: true,
    }))
  },
}

let redisBundle: Promise<string> | undefined

function redisInOneFile(): Promise<string> {
  redisBundle ??= makeRedisBundle()
  return redisBundle
}

async function makeRedisBundle(): Promise<string> {
  const require = createRequire(import.meta.url)
  const { version } = require('redis/package.json')
  const file = inWorkshop('build', `redis-${version}.mjs`)
  if (existsSync(file)) {
    await used(file)
    return file
  }
  const names = Object.keys(require('redis')).join(', ')
  const code = await bundle({
    ...common,
    sourcemap: false,
    stdin: {
      contents: `import * as redis from 'redis'\nexport default redis\nexport const { ${names} } = redis`,
      resolveDir: root,
    },
    banner: { js: requireFrom(require.resolve('redis')) },
  })
  await writeWhole(file, code)
  return file
}

const tools = new Map<string, Promise<Uint8Array>>()

/**
 * Compiles a file of this folder that runs as a process of its own.
 *
 * @param name the file's, without `.ts`
 * @returns the path of the JavaScript file
 */
export async function tool(name: 'guard' | 'reaper' | 'keeper' | 'warm'): Promise<string> {
  let made = tools.get(name)
  if (!made) {
    made = bundle({
      ...common,
      entryPoints: [join(root, 'workshop', 'supervisor', `${name}.ts`)],
      packages: 'external',
      plugins: [bundledRedis],
    })
    tools.set(name, made)
  }
  return place(await made, name)
}

async function bundle(options: esbuild.BuildOptions): Promise<Uint8Array> {
  try {
    const result = await esbuild.build(options)
    const file = result.outputFiles?.[0]
    if (!file) throw new Error('esbuild wrote nothing')
    return file.contents
  } catch (error) {
    if (isBuildFailure(error)) throw new CompileError(error.errors)
    throw error
  }
}

function isBuildFailure(error: unknown): error is esbuild.BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}

async function place(code: Uint8Array, name: string): Promise<string> {
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 12)
  const file = inWorkshop('build', `${name}-${hash}.mjs`)
  if (existsSync(file)) await used(file)
  else await writeWhole(file, code)
  return file
}

// What nobody has used for a day is cleared away.
async function used(file: string): Promise<void> {
  const now = new Date()
  await utimes(file, now, now)
}

async function writeWhole(file: string, code: Uint8Array): Promise<void> {
  await mkdir(inWorkshop('build'), { recursive: true })
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await writeFile(draft, code)
  await rename(draft, file)
}

function describe({ text, location }: esbuild.Message): string {
  return location ? `${location.file}:${location.line}:${location.column}: ${text}` : text
}
