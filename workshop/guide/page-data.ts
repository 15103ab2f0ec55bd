import type { DrillInfo } from './protocol.ts'

/** What a page's script needs to know from the start. */
export interface PageData {
  slug: string
  number: number
  entries: string[]
  goals: string[]
  /** Where the learner is to write: the files with a TODO. */
  files: string[]
  drills: DrillInfo[]
}
