import type { Diagnosis } from '../../workshop/check/suite.ts'
import { caughtUp } from './diagnoses/caught-up.ts'
import { catchingUp } from './diagnoses/catching-up.ts'
import { delivering } from './diagnoses/delivering.ts'
import { secrets } from './diagnoses/secrets.ts'
import { storing } from './diagnoses/storing.ts'
import { tokens } from './diagnoses/tokens.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [
  ...tokens,
  ...secrets,
  ...storing,
  ...catchingUp,
  ...caughtUp,
  ...delivering,
]
