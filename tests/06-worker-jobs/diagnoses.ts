import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
  writeFile,
} from '../../workshop/check/suite.ts'
import { listening } from './diagnoses/subscriptions.ts'
import { results } from './diagnoses/results.ts'
import { trouble } from './diagnoses/errors.ts'
import { users } from './diagnoses/users.ts'
import { commonDiagnosis } from '../../workshop/check/common-diagnoses.ts'

/** What the untouched starter gets wrong. */
export const starter = 's6-work-in-the-web-instance'

// What can go wrong in every step: how it looks in this one.
const usual: KnownMistake[] = [
  withWrongPrograms(commonDiagnosis('does-not-compile'), {
    'a bracket too few': replaceIn('sockets.ts', 'io.use((socket', 'io.use(((socket'),
  }),
  withWrongPrograms(commonDiagnosis('listens-elsewhere'), {
    'a port of its own': replaceIn('server.ts', 'process.env.PORT || 3000', '0'),
  }),
  withWrongPrograms(commonDiagnosis('throws'), {
    'at start': replaceIn('web.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  withWrongPrograms(commonDiagnosis('does-nothing'), {
    'an empty file': writeFile('web.ts', ''),
  }),
  withWrongPrograms(commonDiagnosis('never-speaks'), {
    'waits for ever': replaceIn(
      'web.ts',
      'try {',
      'await new Promise((_) => setInterval(_, 1e9))\ntry {',
    ),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: KnownMistake[] = [
  ...users,
  ...listening,
  ...trouble,
  ...results,
  ...usual,
]
