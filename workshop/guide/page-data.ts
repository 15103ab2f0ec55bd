import type { DrillInfo } from './protocol.ts'

/** What a page's script needs to know from the start. */
export interface PageData {
  slug: string
  number: number
  entries: string[]
  goals: string[]
  drills: DrillInfo[]
}
