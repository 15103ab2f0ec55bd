import type { Diagnosis } from '../../workshop/check/suite.ts'
import { crashes } from './diagnoses/crashes.ts'
import { shutdown } from './diagnoses/shutdown.ts'
import { startup } from './diagnoses/startup.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [...startup, ...crashes, ...shutdown]
