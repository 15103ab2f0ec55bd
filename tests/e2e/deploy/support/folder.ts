import { mkdir, mkdtemp } from 'node:fs/promises'
import { dataPath } from '../../../../workshop/paths.ts'

/** A new folder; folders of killed runs are removed after a day. */
export async function newFolder(): Promise<string> {
  await mkdir(dataPath('build'), { recursive: true })
  return mkdtemp(dataPath('build', 'deploy-'))
}
