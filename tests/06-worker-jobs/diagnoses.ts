import type { Diagnosis } from '../../workshop/check/suite.ts'
import { errors } from './diagnoses/errors.ts'
import { repeatedResults } from './diagnoses/repeated-results.ts'
import { results } from './diagnoses/results.ts'
import { subscriptions } from './diagnoses/subscriptions.ts'
import { userNames } from './diagnoses/user-names.ts'
import { users } from './diagnoses/users.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [
  ...users,
  ...userNames,
  ...subscriptions,
  ...errors,
  ...repeatedResults,
  ...results,
]
