import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { dataPath, root } from '../paths.ts'
import { touchIfCached, writeCached, writeFileAtomic } from './build-cache.ts'
import { bundle, esbuildOptions, requireBanner } from './bundle.ts'
import { packagesInOnePiece } from './packages.ts'

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
  return writeCached(await bundleProgram(folder, entry), outputName(folder, entry))
}

/**
 * The same for a program that is large and seldom changes.
 *
 * @param version of everything it is made of; one that is known is not compiled again
 */
export async function compileVersioned(
  folder: string,
  entry: string,
  version: string,
): Promise<string> {
  const file = dataPath('build', `${outputName(folder, entry)}-${version.slice(0, 12)}.mjs`)
  if (!(await touchIfCached(file)))
    await writeFileAtomic(file, await bundleProgram(folder, entry))
  return file
}

function outputName(folder: string, entry: string): string {
  return folder.split(/[/\\]/).at(-1) + '-' + entry.replace(/\.\w+$/, '')
}

function bundleProgram(folder: string, entry: string): Promise<Uint8Array> {
  const source = join(folder, entry)
  return bundle({
    ...esbuildOptions,
    entryPoints: [source],
    packages: 'external',
    plugins: [packagesInOnePiece],
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(source).href),
      'import.meta.filename': JSON.stringify(source),
      'import.meta.dirname': JSON.stringify(folder),
      __filename: JSON.stringify(source),
      __dirname: JSON.stringify(folder),
    },
    banner: { js: requireBanner(source) },
  })
}

const tools = new Map<string, Promise<Uint8Array>>()

/**
 * Compiles a file of this folder that runs as a process of its own.
 *
 * @param name the file's, without `.ts`
 * @returns the path of the JavaScript file
 */
export async function compileOwnTool(
  name: 'process/preload' | 'process/pool-worker' | 'process/reaper' | 'session/session-daemon',
): Promise<string> {
  let made = tools.get(name)
  if (!made) {
    made = bundle({
      ...esbuildOptions,
      entryPoints: [join(root, 'workshop', `${name}.ts`)],
      packages: 'external',
      plugins: [packagesInOnePiece],
    })
    tools.set(name, made)
  }
  return writeCached(await made, name.slice(name.indexOf('/') + 1))
}
