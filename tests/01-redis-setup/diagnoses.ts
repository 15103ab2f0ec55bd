import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
  writeFile,
} from '../../workshop/check/suite.ts'
import { answers } from './diagnoses/answers.ts'
import { failures } from './diagnoses/failures.ts'
import { letIn } from './diagnoses/login.ts'
import { leaks, reasons } from './diagnoses/error-messages.ts'
import { sending } from './diagnoses/commands.ts'
import { where } from './diagnoses/address.ts'
import { commonDiagnosis } from '../../workshop/check/common-diagnoses.ts'

/** What the untouched starter gets wrong. */
export const starter = 's1-env-never-read'

const usual: KnownMistake[] = [
  withWrongPrograms(commonDiagnosis('does-not-compile'), {
    'a bracket too few': replaceIn('index.ts', 'redisAddress()', 'redisAddress('),
    'a file that is not there': replaceIn('index.ts', './ping.ts', './pong.ts'),
  }),
  withWrongPrograms(commonDiagnosis('missing-package'), {
    'a package that is not there': replaceIn(
      'ping.ts',
      "import net from 'node:net'",
      "import net from 'nett'",
    ),
  }),
  withWrongPrograms(commonDiagnosis('floods-its-output'), {
    'a timer without a pause': writeFile(
      'index.ts',
      "setInterval(() => console.log('waiting\\n'.repeat(100)), 0)\n",
    ),
  }),
  withWrongPrograms(commonDiagnosis('throws'), {
    'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  withWrongPrograms(commonDiagnosis('does-nothing'), {
    'an empty file': writeFile('index.ts', ''),
  }),
  withWrongPrograms(commonDiagnosis('never-ends'), {
    'a timer': replaceIn('index.ts', 'try {', 'setInterval(() => {}, 1000)\ntry {'),
  }),
  withWrongPrograms(commonDiagnosis('never-speaks'), {
    'a loop without an end': replaceIn('index.ts', 'await ping(address)', 'for (;;);'),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: KnownMistake[] = [
  ...leaks,
  ...where,
  ...letIn,
  ...answers,
  ...failures,
  ...reasons,
  ...sending,
  ...usual,
]
