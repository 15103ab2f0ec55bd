import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inWorkshop, root } from '../paths.ts'
import { inUse, place, writeWhole } from './built-files.ts'
import { bundle, common, requireFrom } from './bundle.ts'
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
  return place(await compiled(folder, entry), nameOf(folder, entry))
}

/**
 * The same for a program that is large and seldom changes.
 *
 * @param version of everything it is made of; one that is known is not compiled again
 */
export async function compileOnce(
  folder: string,
  entry: string,
  version: string,
): Promise<string> {
  const file = inWorkshop('build', `${nameOf(folder, entry)}-${version.slice(0, 12)}.mjs`)
  if (!(await inUse(file))) await writeWhole(file, await compiled(folder, entry))
  return file
}

function nameOf(folder: string, entry: string): string {
  return folder.split(/[/\\]/).at(-1) + '-' + entry.replace(/\.\w+$/, '')
}

function compiled(folder: string, entry: string): Promise<Uint8Array> {
  const source = join(folder, entry)
  return bundle({
    ...common,
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
    banner: { js: requireFrom(source) },
  })
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
      plugins: [packagesInOnePiece],
    })
    tools.set(name, made)
  }
  return place(await made, name)
}
