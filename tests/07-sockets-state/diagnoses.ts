import type { Diagnosis } from '../../workshop/check/suite.ts'
import { answering } from './diagnoses/answering.ts'
import { auth } from './diagnoses/auth.ts'
import { delivery } from './diagnoses/delivery.ts'
import { disconnect } from './diagnoses/disconnect.ts'
import { envelopes } from './diagnoses/envelope.ts'
import { invalidInput } from './diagnoses/invalid-input.ts'
import { offlineUsers } from './diagnoses/offline-users.ts'
import { refusing } from './diagnoses/refusing.ts'
import { senderIdentity } from './diagnoses/sender-identity.ts'
import { acceptedWithoutToken } from './diagnoses/without-token.ts'
import { undelivered } from './diagnoses/undelivered.ts'

/** Nothing listens: in this step a program has nothing else to show. */
const neverListens: Diagnosis = {
  id: 's7-never-listens',
  likely: 'Your program has opened no port: it never begins to listen.',
  lookAt: 'where the server begins to listen',
  requires: ({ fact, app }) =>
    fact.kind === 'port-missing' && app?.listening.length === 0 && !app.exit?.code,
}

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [
  ...acceptedWithoutToken,
  ...auth,
  ...disconnect,
  ...envelopes,
  ...senderIdentity,
  ...delivery,
  ...undelivered,
  ...offlineUsers,
  ...invalidInput,
  ...refusing,
  ...answering,
  neverListens,
]
