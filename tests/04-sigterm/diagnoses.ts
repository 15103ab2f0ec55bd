import type { Diagnosis, Evidence } from '../../workshop/check/suite.ts'
import { diagnoses as step3 } from '../03-publish-subscribe/diagnoses.ts'
import { exits } from './diagnoses/exits.ts'
import {
  incomingMessages,
  isSpelledOtherwise,
  lastMalformed,
  printsValidWhole,
} from './diagnoses/incoming-messages.ts'
import { isSignalled } from './diagnoses/shutdown-queries.ts'
import { signals } from './diagnoses/signals.ts'
import { stopping } from './diagnoses/stopped-messages.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [
  ...signals,
  ...stopping,
  ...exits,
  ...incomingMessages,
  ...step3.map(asInStep3),
]

// What can go wrong in step 3 can go wrong here too, until something happens that step 3 does not
// have: a signal, or a malformed message.
function asInStep3(diagnosis: Diagnosis): Diagnosis {
  const { requires } = diagnosis
  return {
    ...diagnosis,
    requires: (evidence) =>
      !isNewHere(evidence) &&
      !printsValidWhole(evidence) &&
      !isSpelledOtherwise(evidence) &&
      requires(evidence),
  }
}

function isNewHere({ app }: Evidence): boolean {
  return app !== undefined && (isSignalled(app) || lastMalformed(app) !== undefined)
}
