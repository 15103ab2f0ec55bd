import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dataPath, root } from '../paths.ts'
import type { Files } from './diagnosis.ts'

/** The finished files of a step. */
export async function solutionFiles(slug: string): Promise<Files> {
  const folder = join(root, 'solutions', slug)
  const names = await readdir(folder)
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])
  return Object.fromEntries(await Promise.all(texts))
}

/** Does something in a folder with these files, which is removed. @param name of the folder */
export async function inFolder<T>(
  name: string,
  files: Files,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = dataPath('tmp', `${name.replaceAll(/[^\w.-]+/g, '-')}-${process.pid}`)
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The TODOs that are still in a folder's files, in order: `TODO(1) in index.ts`. */
export async function openTodos(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts'))
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8')
      return [...text.matchAll(/\bTODO\((\d+)\)/g)].map(([, number]) => ({
        number: Number(number),
        text: `TODO(${number}) in ${name}`,
      }))
    }),
  )
  return found
    .flat()
    .toSorted((a, b) => a.number - b.number)
    .map(({ text }) => text)
}
