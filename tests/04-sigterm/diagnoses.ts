import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
  writeFile,
} from '../../workshop/check/suite.ts'
import { diagnoses as earlier } from '../03-publish-subscribe/diagnoses.ts'
import { commonDiagnosis } from '../../workshop/check/suite.ts'
import { ending } from './diagnoses/exit.ts'
import { farewell } from './diagnoses/stopped-messages.ts'
import { readings } from './diagnoses/incoming-messages.ts'
import { signals } from './diagnoses/signals.ts'

/** What the untouched starter gets wrong. */
export const starter = 's4-before-exit'

// What can go wrong in step 3, and in every step, can go wrong here too.
const programs: Record<string, KnownMistake['programs']> = {
  's1-env-never-read': {
    'the address stands in the code': replaceIn(
      'client.ts',
      'redisAddress()',
      "{ url: 'redis://127.0.0.1:1', host: 'redis', port: 1 }",
    ),
  },
  'does-not-compile': {
    'a bracket too few': replaceIn('index.ts', 'onSigterm(async', 'onSigterm((async'),
  },
  throws: { 'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {') },
  'never-speaks': {
    'waits for ever': replaceIn(
      'index.ts',
      'await client.connect()',
      'await new Promise((_) => setInterval(_, 1e9))',
    ),
  },
  'does-nothing': { 'an empty file': writeFile('index.ts', '') },
}

/** Known wrong answers of this step, the most telling first. */
export const mistakes: KnownMistake[] = [
  ...signals,
  ...farewell,
  ...ending,
  ...readings,
  ...earlier.map((diagnosis) => withWrongPrograms(diagnosis, programs[diagnosis.id] ?? {})),
  ...['does-not-compile', 'throws', 'never-speaks', 'does-nothing'].map((id) =>
    withWrongPrograms(commonDiagnosis(id), programs[id] ?? {}),
  ),
]
