import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Plugin } from 'esbuild'
import { dataPath, root } from '../paths.ts'
import { CompileError, bundle, esbuildOptions } from './bundle.ts'

// The packages of the course that consist of hundreds of files, and which of them share a
// bundle: connect-redis extends a class of express-session.
const groups: readonly (readonly string[])[] = [
  ['redis'],
  ['jose'],
  ['express', 'express-session', 'connect-redis', 'socket.io'],
]

/** The names that a package exports, and whether each is the whole of `module.exports`. */
type ExportNames = Record<string, boolean>

let pending: Promise<string> | undefined

/**
 * The folder for compiled programs. The `node_modules` in it holds the packages of the course,
 * each in one file, which an instance loads in a third of the time. It is a shortcut only: when
 * it is missing, Node finds the installed packages in the folders above.
 *
 * The folder is named after everything the bundles are made of, the place of the packages
 * included, so one that does not fit is never used. What is missing in it is made again at the
 * next call.
 *
 * @returns an absolute path
 */
export function programFolder(): Promise<string> {
  pending ??= ensureBundles().finally(() => (pending = undefined))
  return pending
}

async function ensureBundles(): Promise<string> {
  const folder = dataPath('programs', fingerprint())
  const modules = join(folder, 'node_modules')
  if (isComplete(modules)) {
    const now = new Date()
    await utimes(modules, now, now)
    return folder
  }
  const draft = join(folder, `draft-${randomUUID()}`)
  try {
    await writeBundles(draft)
    await replaceFolder(modules, draft)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return folder
}

// The broken one is renamed first: an instance that starts now finds all of it or nothing.
async function replaceFolder(folder: string, draft: string): Promise<void> {
  const old = `${draft}-old`
  await rename(folder, old).catch(() => {}) // There was none.
  try {
    await rename(draft, folder)
  } catch (error) {
    if (!isComplete(folder)) throw error // Another process was faster.
  } finally {
    await rm(old, { recursive: true, force: true })
  }
}

const manifest = 'bundles.json'

function isComplete(modules: string): boolean {
  try {
    const files: unknown = JSON.parse(readFileSync(join(modules, manifest), 'utf8'))
    return Array.isArray(files) && files.every((file) => existsSync(join(modules, file)))
  } catch {
    return false // It is not there, or damaged.
  }
}

function fingerprint(): string {
  const hash = createHash('sha256').update(`${process.version} ${process.arch}`)
  for (const name of groups.flat()) {
    const folder = packageFolder(name)
    hash.update(`${name} ${folder && realpathSync(folder)}`)
    if (folder) hash.update(readFileSync(join(folder, 'package.json')))
  }
  // Their own dependencies, and what is done with them here.
  for (const file of [lockFile(), join(root, 'workshop/process/deps-bundle.ts')]) {
    if (file && existsSync(file)) hash.update(readFileSync(file))
  }
  return hash.digest('hex').slice(0, 12)
}

// In an npm workspace the packages lie further up.
function packageFolder(name: string, from = root): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return folder
  return dirname(from) === from ? undefined : packageFolder(name, dirname(from))
}

function lockFile(): string | undefined {
  const esbuild = packageFolder('esbuild')
  return esbuild && join(dirname(esbuild), '.package-lock.json')
}

async function writeBundles(folder: string): Promise<void> {
  const [exportNames, ...bundles] = await Promise.all([
    readExportNames(groups.flat()),
    ...groups.map((names) => bundlePackages(names)),
  ])
  const files: string[] = []
  const write = async (file: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), content)
    files.push(file)
  }
  for (const [i, names] of groups.entries()) {
    const code = bundles[i]
    // It is not installed, or not whole: Node loads what there is, or reports what is wrong with it.
    if (!code || !names.every((name) => exportNames[name])) continue
    await write(`bundle-${i}.cjs`, code)
    for (const name of names) {
      await write(`${name}/package.json`, '{ "type": "module", "main": "index.js" }\n')
      await write(
        `${name}/index.js`,
        entryModule(name, `../bundle-${i}.cjs`, exportNames[name]),
      )
    }
  }
  await write(manifest, JSON.stringify(files))
}

async function bundlePackages(names: readonly string[]): Promise<Uint8Array | undefined> {
  try {
    return await bundle({
      ...esbuildOptions,
      format: 'cjs',
      sourcemap: false,
      minifyWhitespace: true,
      // Node shows the line of an error that a package throws.
      lineLimit: 100,
      legalComments: 'none',
      stdin: {
        contents: names
          .map((name) => `exports['${name}'] = () => require('${name}')`)
          .join('\n'),
        resolveDir: root,
      },
      plugins: [originalPaths, fastRedisPrototype],
    })
  } catch (error) {
    if (error instanceof CompileError) return undefined
    throw error
  }
}

// redis adds its 800 commands to the prototype of a client one by one, and V8 copies the
// description of the prototype each time, which takes 150 ms at every start. When a property has
// been deleted, V8 turns the description into a hash table.
const fastRedisPrototype: Plugin = {
  name: 'fast-redis-prototype',
  setup(build) {
    build.onLoad(
      { filter: /[\\/]@redis[\\/]client[\\/].*[\\/]commander\.js$/ },
      async ({ path }) => {
        const text = await readFile(path, 'utf8')
        const patch = '$& Class.prototype.warm = 0; delete Class.prototype.warm;'
        return { contents: text.replace(/Class = class extends BaseClass \{\s*\};/, patch) }
      },
    )
  },
}

// 'use strict' holds only at the very beginning.
const useStrict = /^(?:\s|\/\*[^]*?\*\/|\/\/.*)*(['"])use strict\1;?/

// Some packages read files that lie beside them.
const originalPaths: Plugin = {
  name: 'original-paths',
  setup(build) {
    build.onLoad({ filter: /\.c?js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (!/\b__(dirname|filename)\b/.test(text)) return undefined
      const [file, folder] = [path, dirname(path)].map((place) => JSON.stringify(place))
      const known = `var __filename = ${file}, __dirname = ${folder};`
      const begin = useStrict.exec(text)?.[0] ?? ''
      return { contents: begin + known + text.slice(begin.length) }
    })
  },
}

const readNames = `
  import { createRequire } from 'node:module'
  const require = createRequire(process.cwd() + '/')
  const found = {}
  for (const name of process.argv.slice(1)) {
    try {
      const whole = require(name)
      found[name] = Object.fromEntries(
        Object.entries(await import(name)).map(([key, value]) => [key, value === whole]),
      )
    } catch {} // It is not installed, or broken.
  }
  process.stdout.write(JSON.stringify(found))`

// Node itself is asked in a process of its own: it decides which names of a CommonJS package an
// ES module can import.
async function readExportNames(names: readonly string[]): Promise<Record<string, ExportNames>> {
  const args = ['--input-type=module', '--eval', readNames, '--', ...names]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: root,
    windowsHide: true,
  })
  return JSON.parse(stdout)
}

function entryModule(name: string, bundleFile: string, names: ExportNames = {}): string {
  return [
    `import { createRequire } from 'node:module'`,
    `const whole = createRequire(import.meta.url)('${bundleFile}')['${name}']()`,
    ...Object.entries(names).map(([key, isWhole], i) => {
      const value = isWhole ? 'whole' : `whole[${JSON.stringify(key)}]`
      return `const v${i} = ${value}\nexport { v${i} as ${JSON.stringify(key)} }`
    }),
    '',
  ].join('\n')
}
