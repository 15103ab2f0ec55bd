import type { Diagnosis } from '../../workshop/check/suite.ts'
import { neverRead } from '../shared/redis-connection/address.ts'
import { anonymousUsers } from './diagnoses/anonymous-users.ts'
import { cookies } from './diagnoses/cookies.ts'
import { logins } from './diagnoses/logins.ts'
import { sessionEnd } from './diagnoses/session-end.ts'
import { sessionStore } from './diagnoses/session-store.ts'
import { setup } from './diagnoses/setup.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [
  ...setup,
  ...logins,
  ...anonymousUsers,
  ...sessionStore,
  ...sessionEnd,
  ...cookies,
  neverRead,
]
