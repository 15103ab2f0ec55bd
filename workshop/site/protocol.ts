// What the builder of the site and its pages share. Types only.
import type { Trace } from '../guide/trace.ts'

/** A part of a page, as the search knows it. */
export interface SearchEntry {
  /** `03-publish-subscribe.html#the-idea` */
  id: string
  page: string
  heading: string
  text: string
}

/** What a step's page shows. */
export interface Recording {
  version: 1
  /** The solution, the starter, and mistakes. */
  programs: RecordedProgram[]
}

/** How one program fared. */
export interface RecordedProgram {
  title: string
  /** `solution`, `starter`, or `s3-never-publishes: no announcement`. */
  program: string
  /** Of its files. */
  fingerprint: string
  trace: Trace
  /** What the check reports; undefined of the solution. */
  failure?: RecordedFailure
}

/** What the check reports of a mistake. */
export interface RecordedFailure {
  expected: string
  received: string
  likely: string
  lookAt: string
}
