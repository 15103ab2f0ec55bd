import type { Diagnosis } from '../../workshop/check/suite.ts'
import * as address from '../shared/redis-connection/address.ts'
import * as login from '../shared/redis-connection/login.ts'
import { connecting, otherVariable, stringArgument } from './diagnoses/connecting.ts'
import { logLines } from './diagnoses/log-lines.ts'
import { reconnect } from './diagnoses/reconnect.ts'
import { startup } from './diagnoses/startup.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [
  login.tlsContradicts,
  address.neverRead,
  otherVariable,
  stringArgument,
  address.laterWins,
  address.onlyRedisUrl,
  address.emptyCountsAsSet,
  address.hostIncludesPort,
  address.badPort,
  address.portDropped,
  address.fallbackFirst,
  address.builtUnencoded,
  address.urlRefused,
  {
    ...login.downgraded,
    lookAt:
      'the options of `createClient()`: `url` contains TLS as well; without it `socket` needs `tls: true`',
  },
  login.alwaysTls,
  login.certificateRefused,
  login.noLogin,
  login.usernameDropped,
  login.swapped,
  login.inventedUsername,
  login.usernameNotDecoded,
  login.passwordNotDecoded,
  login.plusDecoded,
  ...connecting,
  ...startup,
  ...reconnect,
  ...logLines,
]
