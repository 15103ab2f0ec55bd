import type { Diagnosis } from '../../workshop/check/suite.ts'
import { crossing } from './diagnoses/crossing.ts'
import { online } from './diagnoses/online.ts'
import { races } from './diagnoses/races.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [...crossing, ...races, ...online]
