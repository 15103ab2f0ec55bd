import type { BoardInfo, BoardStep, Row } from '../protocol.ts'

/** What both views are drawn from. */
export interface ViewProps {
  info: BoardInfo
  rows: Row[]
  now: number
  connected: boolean
  remove: (id: string) => void
}

/** How a learner's step stands. */
export type Progress = 'passed' | 'not yet' | 'unchecked'

/** The learners who are at one step. */
export interface StepGroup {
  step: BoardStep
  rows: Row[]
  /** How many learners share a diagnosis, the most frequent first. */
  diagnoses: { id: string; count: number }[]
}

export function progressOf({ report }: Row): Progress {
  if (!report || report.goals.length === 0) return 'unchecked'
  return report.goals.every((goal) => goal === 'passed') ? 'passed' : 'not yet'
}

/** Who has been without progress for the longest time first, who has passed last. */
export function sortRows(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => rank(a) - rank(b) || since(a) - since(b))
}

function rank(row: Row): number {
  return progressOf(row) === 'passed' ? 1 : 0
}

function since({ report }: Row): number {
  return report?.progressAt ?? Infinity
}

/** The room, step by step. */
export function groupBySteps({ steps }: BoardInfo, rows: readonly Row[]): StepGroup[] {
  return steps.flatMap((step) => {
    const here = rows.filter(({ report }) => report?.step === step.slug)
    return here.length > 0 ? [{ step, rows: here, diagnoses: countDiagnoses(here) }] : []
  })
}

function countDiagnoses(rows: readonly Row[]): StepGroup['diagnoses'] {
  const counts = new Map<string, number>()
  for (const { report } of rows) {
    const id = report?.diagnosis
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const all = [...counts].map(([id, count]) => ({ id, count }))
  return all.toSorted((a, b) => b.count - a.count)
}

/** `12 min`, `1 h 5 min` */
export function durationSince(time: number, now: number): string {
  const minutes = Math.floor(Math.max(0, now - time) / 60_000)
  if (minutes < 1) return 'just now'
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `10:42` */
export function timeOfDay(time: number): string {
  return new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}
