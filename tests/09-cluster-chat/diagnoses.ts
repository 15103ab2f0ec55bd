import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
  writeFile,
} from '../../workshop/check/suite.ts'
import { crashes } from './diagnoses/crashes.ts'
import { ending } from './diagnoses/shutdown.ts'
import { starting } from './diagnoses/startup.ts'
import { commonDiagnosis } from '../../workshop/check/common-diagnoses.ts'

/** What the untouched starter gets wrong. */
export const starter = 's9-one-process'

// What can go wrong in every step: how it looks in this one.
const usual: KnownMistake[] = [
  withWrongPrograms(commonDiagnosis('does-not-compile'), {
    'a bracket too few': replaceIn('primary.ts', 'cluster.fork({', 'cluster.fork(({'),
  }),
  withWrongPrograms(commonDiagnosis('listens-elsewhere'), {
    'a port of its own': replaceIn('server.ts', 'process.env.PORT || 3000', '0'),
  }),
  withWrongPrograms(commonDiagnosis('throws'), {
    'at start': replaceIn(
      'index.ts',
      'if (cluster.isPrimary) {',
      'undefinedFunction()\nif (cluster.isPrimary) {',
    ),
  }),
  withWrongPrograms(commonDiagnosis('does-nothing'), {
    'an empty file': writeFile('index.ts', ''),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: KnownMistake[] = [...starting, ...usual, ...crashes, ...ending]
