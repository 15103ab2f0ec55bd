import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

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
