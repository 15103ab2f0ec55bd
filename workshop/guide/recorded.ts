// What `npm run record` has recorded, for the pages that play it. Types only.
import type { FailureInfo } from './protocol.ts'
import type { Trace } from './trace.ts'

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
export type RecordedFailure = Pick<FailureInfo, 'expected' | 'received' | 'likely' | 'lookAt'>
