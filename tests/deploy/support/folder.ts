import { mkdir, mkdtemp } from 'node:fs/promises'
import { inWorkshop } from '../../../workshop/paths.ts'

/** A new folder, where what a killed run has left is tidied up after a day. */
export async function newFolder(): Promise<string> {
  await mkdir(inWorkshop('build'), { recursive: true })
  return mkdtemp(inWorkshop('build', 'deploy-'))
}
