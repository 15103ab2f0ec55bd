import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'
import { root } from '../paths.ts'
import { bundle, esbuildOptions } from './bundle.ts'

/**
 * Makes one piece of some packages: a folder with all of their code in one file, what V8 has
 * compiled of it, and an ES module for each package.
 *
 * @param folder where it shall be; nobody sees it before it is whole
 * @param names of the packages
 */
export async function makePiece(folder: string, names: readonly string[]): Promise<void> {
  const draft = `${folder}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await mkdir(draft, { recursive: true })
  await writeFile(join(draft, 'all.cjs'), await allOf(names))
  for (const name of ['load', 'make']) {
    await writeFile(join(draft, `${name}.mjs`), await ours(`packages-${name}`))
  }
  await runMake(draft, names)
  try {
    await rename(draft, folder)
  } catch (error) {
    // Another runner has made the same meanwhile.
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}

function allOf(names: readonly string[]): Promise<Uint8Array> {
  const exports = names.map((name) => `exports['${name}'] = () => require('${name}')`)
  return bundle({
    ...esbuildOptions,
    format: 'cjs',
    sourcemap: false,
    stdin: { contents: exports.join('\n'), resolveDir: root },
    plugins: [placesOfFiles],
    banner: { js: '(function (exports, require) {' },
    footer: { js: '})' },
  })
}

// It holds only at the very beginning.
const useStrict = /^(?:\s|\/\*[^]*?\*\/|\/\/.*)*(['"])use strict\1;?/

// Some packages look for files that lie beside them: they still do.
const placesOfFiles: Plugin = {
  name: 'places-of-files',
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

function ours(name: string): Promise<Uint8Array> {
  return bundle({
    ...esbuildOptions,
    entryPoints: [join(root, 'workshop', 'process', `${name}.ts`)],
    external: ['./load.mjs'],
    sourcemap: false,
  })
}

function runMake(folder: string, names: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(folder, 'make.mjs'), ...names], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: root,
    windowsHide: true,
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the packages ${names.join(', ')} cannot be put together: ${said}`))
    })
  })
}
