import type { Diagnosis } from '../../workshop/check/suite.ts'
import { buses } from './diagnoses/buses.ts'
import { delivering } from './diagnoses/delivering.ts'
import { devices } from './diagnoses/devices.ts'
import { envelopes } from './diagnoses/envelopes.ts'
import { errors } from './diagnoses/errors.ts'
import { invalidInput } from './diagnoses/invalid-input.ts'
import { publishing } from './diagnoses/publishing.ts'
import { receiving } from './diagnoses/receiving.ts'
import { subscriptions } from './diagnoses/subscriptions.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [
  ...publishing,
  ...envelopes,
  ...buses,
  ...receiving,
  ...subscriptions,
  ...delivering,
  ...devices,
  ...errors,
  ...invalidInput,
]
