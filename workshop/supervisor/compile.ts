import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../paths.ts'
import { place } from './built-files.ts'
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
  const source = join(folder, entry)
  const built = await bundle({
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
  return place(built, folder.split(/[/\\]/).at(-1) + '-' + entry.replace(/\.\w+$/, ''))
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
