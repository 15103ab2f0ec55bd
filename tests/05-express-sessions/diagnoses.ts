import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
  writeFile,
} from '../../workshop/check/suite.ts'
import { commonDiagnosis } from '../../workshop/check/common-diagnoses.ts'
import { neverRead } from '../shared/redis-connection/address.ts'
import { cookies } from './diagnoses/cookies.ts'
import { endings } from './diagnoses/logout.ts'
import { moving } from './diagnoses/session-store.ts'
import { setup } from './diagnoses/setup.ts'
import { strangers } from './diagnoses/anonymous-users.ts'
import { visitors } from './diagnoses/visitors.ts'

/** What the untouched starter gets wrong. */
export const starter = 's5-memory-store'

// What can go wrong in every step: how it looks in this one.
const usual: KnownMistake[] = [
  withWrongPrograms(neverRead, {
    'the address stands in the code': replaceIn(
      'client.ts',
      'redisAddress()',
      "{ url: 'redis://127.0.0.1:1', host: 'redis', port: 1 }",
    ),
  }),
  withWrongPrograms(commonDiagnosis('does-not-compile'), {
    'a bracket too few': replaceIn('sessions.ts', 'return session({', 'return session(({'),
  }),
  withWrongPrograms(commonDiagnosis('throws'), {
    'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  withWrongPrograms(commonDiagnosis('listens-elsewhere'), {
    'port 3000': replaceIn('server.ts', 'process.env.PORT || 3000', '0'),
  }),
  withWrongPrograms(commonDiagnosis('does-nothing'), {
    'an empty file': writeFile('index.ts', ''),
  }),
  withWrongPrograms(commonDiagnosis('never-speaks'), {
    'waits for ever': replaceIn(
      'index.ts',
      'try {',
      'await new Promise((_) => setInterval(_, 1e9))\ntry {',
    ),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: KnownMistake[] = [
  ...setup,
  ...visitors,
  ...strangers,
  ...moving,
  ...endings,
  ...cookies,
  ...usual,
]
