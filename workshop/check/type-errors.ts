import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { root } from '../paths.ts'

/** An error that TypeScript reports about a file. */
export interface CompilerError {
  /** Relative to the folder. */
  file: string
  line: number
  column: number
  /** `Expected 0 arguments, but got 1.` */
  message: string
}

const timeoutMs = 20_000

/**
 * The first error that TypeScript reports about a folder's files. It is asked without `strict`:
 * learners may leave out types, and what is missing there is no cause of anything. And it is asked
 * with and without null checks: with them `process.env.REDIS_URL` may be undefined, without them
 * replies of the redis package have the type `{}`. What only one of them reports is no cause either.
 *
 * @returns nothing when there is none, or when TypeScript is not installed
 */
export async function firstTypeError(
  folder: string,
  signal: AbortSignal,
): Promise<CompilerError | undefined> {
  const compiler = findCompiler()
  if (!compiler) return undefined
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'))
  const types = join(root, 'workshop', 'types')
  const declarations = ['kill-port', 'node-redis-pubsub'].map((name) => `${name}.d.ts`)
  const sources = [
    ...files.map((name) => join(folder, name)),
    ...declarations.map((name) => join(types, name)).filter((file) => existsSync(file)),
  ]
  const [lines = [], others = []] = await Promise.all(
    ['true', 'false'].map(async (checked) => {
      const nullChecks = ['--strictNullChecks', checked]
      const output = await run([compiler, ...flags, ...nullChecks, ...sources], signal)
      return output.split('\n').map((line) => parse(line, folder))
    }),
  )
  const places = new Set(others.map((error) => error && placeOf(error)))
  return lines.find((error) => error && !isOutside(error) && places.has(placeOf(error)))
}

function isOutside({ file }: CompilerError): boolean {
  return file.startsWith('..')
}

function placeOf({ file, line, column }: CompilerError): string {
  return `${file}:${line}:${column}`
}

const flags = [
  ['--noEmit', '--pretty', 'false', '--ignoreConfig', '--strict', 'false'],
  ['--target', 'es2023', '--module', 'nodenext', '--moduleResolution', 'nodenext'],
  ['--types', 'node', '--allowImportingTsExtensions', '--skipLibCheck', '--resolveJsonModule'],
].flat()

function findCompiler(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('typescript/package.json')
    return join(dirname(manifest), 'bin', 'tsc')
  } catch {
    return undefined // Installed without it: the facts must do.
  }
}

// It ends with code 2 when it reports errors, which is what it was asked for.
function run(args: string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, timeout: timeoutMs, signal }
    execFile(process.execPath, args, options, (error, stdout) => {
      if (signal.aborted) reject(signal.reason as Error)
      else resolve(stdout)
    })
  })
}

function parse(line: string, folder: string): CompilerError | undefined {
  const found = /^(.+)\((\d+),(\d+)\): error TS\d+: (.+)$/.exec(line)
  if (!found) return undefined
  const [, file = '', row, column, message = ''] = found
  const path = relative(folder, join(root, file)).replaceAll('\\', '/')
  return { file: path, line: Number(row), column: Number(column), message }
}
