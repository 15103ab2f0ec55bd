/** What became of a goal, as a check has it. */
export type GoalState = 'passed' | 'not yet' | 'not tested'

/** The latest check of a learner, and since when it has been like that (ms since 1970). */
export interface LearnerReport {
  /** The step's slug. */
  step: string
  /** What became of each goal, in the lesson's order; empty before the first check. */
  goals: GoalState[]
  /** The id of the diagnosis; missing when none was made. */
  diagnosis?: string
  /** When this diagnosis was first made, without another one in between. */
  diagnosedAt: number
  /** When the step was begun, or when a check last passed more of its goals than any before. */
  progressAt: number
  checkedAt: number
  /** How many steps of the course have passed. */
  passed: number
}

/** One learner, for the board. */
export interface Row {
  id: string
  name: string
  /** Undefined until the first report arrives. */
  report: LearnerReport | undefined
  /** When the learner showed code; undefined when none is shown. */
  codeAt: number | undefined
  /** How many connections its instances have to the Redis of the room. */
  connections: number
  /** How many messages they have published there. */
  published: number
}

/** A step, for the board. */
export interface BoardStep {
  slug: string
  number: number
  title: string
  goals: string[]
}

/** What the board's page needs once. */
export interface BoardInfo {
  /** What a learner types. */
  joinLine: string
  /** What a laptop without the workshop types; undefined when no kit was made. */
  kitLine: string | undefined
  steps: BoardStep[]
  /** By id: its name in words, and the sentence that a learner reads where it is always the same. */
  diagnoses: Record<string, { name: string; likely?: string }>
}

/** What the names of a learner's instances begin with: `ada-` for `ada-web.1`. */
export function instancePrefix(name: string): string {
  const words = name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['learner']
  return `${words.join('-')}-`
}

/** How large a message of a laptop may be, in bytes. */
export const messageLimits = { join: 2000, report: 4000, leave: 200, code: 400_000 }
