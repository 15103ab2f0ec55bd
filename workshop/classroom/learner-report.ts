import { isRecord } from '../course/text.ts'
import type { GoalState, LearnerReport } from './protocol.ts'

/** A report, as the learner's machine keeps it. */
export interface KeptReport extends LearnerReport {
  /** The most goals of the step that one check has passed. */
  best: number
}

/** What is looked at in the result of a check. */
export interface CheckedGoals {
  slug: string
  goals: readonly { state: GoalState; failure?: { diagnosis: string } }[]
}

// More than any course has; no class lasts longer.
const mostItems = 40
const mostAgeMs = 24 * 3600 * 1000
const states: readonly unknown[] = ['passed', 'not yet', 'not tested'] satisfies GoalState[]

/** The report before the first check of a step. @param passed how many steps have passed */
export function firstReport(step: string, passed: number, now: number): KeptReport {
  const times = { diagnosedAt: now, progressAt: now, checkedAt: now }
  return { step, goals: [], best: 0, passed, ...times }
}

/** The report after a check. @param passed how many steps have passed by now */
export function nextReport(
  before: KeptReport | undefined,
  { slug, goals }: CheckedGoals,
  passed: number,
  now: number,
): KeptReport {
  const last = before?.step === slug ? before : firstReport(slug, passed, now)
  const reached = goals.filter(({ state }) => state === 'passed').length
  const diagnosis = goals.find(({ failure }) => failure)?.failure?.diagnosis
  return {
    step: slug,
    goals: goals.map(({ state }) => state),
    ...(diagnosis !== undefined && { diagnosis }),
    diagnosedAt: diagnosis === last.diagnosis ? last.diagnosedAt : now,
    progressAt: reached > last.best ? now : last.progressAt,
    checkedAt: now,
    best: Math.max(last.best, reached),
    passed,
  }
}

/** As it is sent: times become ages, because the clocks of two machines differ. */
export function withAges(report: KeptReport, now: number): LearnerReport {
  const { step, goals, diagnosis, passed } = report
  const age = (time: number) => Math.min(Math.max(now - time, 0), mostAgeMs)
  return {
    step,
    goals,
    ...(diagnosis !== undefined && { diagnosis }),
    diagnosedAt: age(report.diagnosedAt),
    progressAt: age(report.progressAt),
    checkedAt: age(report.checkedAt),
    passed,
  }
}

/** What a report may name. */
export interface CourseIds {
  steps: ReadonlySet<string>
  diagnoses: ReadonlySet<string>
}

/**
 * Reads a report. Everything in the result is a number or an id of this course.
 *
 * @returns undefined when it is no report
 */
export function parseReport(
  value: unknown,
  ids: CourseIds,
  now: number,
): LearnerReport | undefined {
  if (!isRecord(value)) return undefined
  const { step, goals, diagnosis, diagnosedAt, progressAt, checkedAt, passed } = value
  if (typeof step !== 'string' || !ids.steps.has(step) || !isGoalStates(goals)) return undefined
  if (!isBelow(passed, mostItems)) return undefined
  if (![diagnosedAt, progressAt, checkedAt].every(isAge)) return undefined
  const isKnown = typeof diagnosis === 'string' && ids.diagnoses.has(diagnosis)
  return {
    step,
    goals,
    ...(diagnosis !== undefined && { diagnosis: isKnown ? diagnosis : 'unknown' }),
    diagnosedAt: now - Number(diagnosedAt),
    progressAt: now - Number(progressAt),
    checkedAt: now - Number(checkedAt),
    passed,
  }
}

function isGoalStates(value: unknown): value is GoalState[] {
  const isList = Array.isArray(value) && value.length <= mostItems
  return isList && value.every((state) => states.includes(state))
}

function isBelow(value: unknown, most: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= most
}

function isAge(value: unknown): boolean {
  return isBelow(value, mostAgeMs)
}
