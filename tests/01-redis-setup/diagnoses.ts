import type { Diagnosis } from '../../workshop/check/suite.ts'
import * as address from '../shared/redis-connection/address.ts'
import * as login from '../shared/redis-connection/login.ts'
import { causes, leaks } from './diagnoses/causes.ts'
import { commandsSent } from './diagnoses/commands-sent.ts'
import { failures } from './diagnoses/failures.ts'
import { replies } from './diagnoses/replies.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [
  ...leaks,
  address.emptyCountsAsSet,
  address.laterWins,
  address.onlyRedisUrl,
  address.hostInTheCode,
  address.takenForPath,
  address.hostIncludesPort,
  address.cutByHand,
  address.noDefaultPort,
  address.badPort,
  address.builtUnencoded,
  address.neverRead,
  address.portDropped,
  address.fallbackFirst,
  address.urlRefused,
  login.downgraded,
  login.alwaysTls,
  login.certificateRefused,
  login.noLogin,
  login.loginElsewhere,
  login.loginTooLate,
  login.loginWithNothing,
  login.usernameDropped,
  login.swapped,
  login.inventedUsername,
  login.usernameNotDecoded,
  login.usernameCut,
  login.passwordNotDecoded,
  login.plusDecoded,
  login.passwordCut,
  ...replies,
  ...failures,
  ...causes,
  ...commandsSent,
]
