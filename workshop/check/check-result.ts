/** What a learner is told when a goal was not reached: one cause, in their words. */
export interface Failure {
  /** The goal, word for word as the lesson has it. */
  goal: string
  expected: string
  received: string
  /** The diagnosis: what probably is wrong. */
  likely: string
  /** Where to look. */
  lookAt: string
  /** The diagnosis' name, stable, for machines: the id of a mistake, or `unknown`. */
  diagnosis: string
  /** The lines of the wire that matter, formatted, at most twelve. */
  wire: string[]
  /** The program's own last lines, each with the name of its instance. */
  output: string[]
}

/** What became of one goal. */
export interface GoalResult {
  goal: string
  passed: boolean
  ms: number
  failure?: Failure
}

/** What became of a step's gate. */
export interface CheckResult {
  slug: string
  target: CheckTarget
  passed: boolean
  /** In the lesson's order; `watch` leaves out what it did not need to know. */
  goals: GoalResult[]
  ms: number
}

/** A folder to judge. */
export interface CheckTarget {
  /** Absolute. */
  folder: string
  /** How it is called in front of people: `steps/04-sigterm`. */
  label: string
}
