import type { Fact } from './facts.ts'
import type { CompilerError } from './type-errors.ts'
import type { WireSignature } from './wire-signature.ts'

/** Why a goal was not reached, for the learner: one cause, in their words. */
export interface Failure {
  /** The goal, word for word as the lesson has it. */
  goal: string
  expected: string
  received: string
  /** The diagnosis: what probably is wrong, or what is known when the cause is not. */
  likely: string
  /** Where to look. */
  lookAt: string
  /** The diagnosis' name, stable, for machines: `s3-never-subscribes`, or `unknown`. */
  diagnosis: string
  /** The expectation that failed, for programs; `expected` and `received` are made of it. */
  fact: Fact
  /** The first type error of the learner's files; only when no mistake in the program is named. */
  typeError?: CompilerError
  /** The lines of the wire that matter, formatted, at most twelve. */
  wire: string[]
  /** What `wire` shows, as data: to find the same events in another recording. */
  wireSignatures: WireSignature[]
  /** The app's own lines that matter, each with the name of its instance. */
  output: string[]
}

/** Whether a goal was reached. Never `passed` when nothing was observed. */
export type GoalState = 'passed' | 'not yet' | 'not tested'

/** Why a goal was not tested; `goal` is the one that decides first. */
export type NotTestedReason =
  /** What stopped that goal stops this one too: what it tests itself was never reached. */
  | { kind: 'same-cause'; goal: string }
  /** After that goal had failed, a login or a connection failed with which this one begins. */
  | { kind: 'not-reached'; goal: string }
  /** The check ended when that goal had failed: one cause at a time. */
  | { kind: 'check-ended'; goal: string }

/** What became of one goal. */
export interface GoalResult {
  goal: string
  state: GoalState
  /** The same as `state === 'passed'`. */
  passed: boolean
  ms: number
  /** Of a goal that is `not yet`. */
  failure?: Failure
  /** Of a goal that is `not tested`. */
  notTested?: NotTestedReason
}

/** What became of a step's check. */
export interface CheckResult {
  slug: string
  target: CheckTarget
  passed: boolean
  /** All of them, in the lesson's order. */
  goals: GoalResult[]
  ms: number
  /** Why nothing is known about the folder; then there are no goals. */
  notJudged?: string
}

/** A folder to check. */
export interface CheckTarget {
  /** Absolute. */
  folder: string
  /** How it is called in front of people: `steps/04-sigterm`. */
  label: string
}
