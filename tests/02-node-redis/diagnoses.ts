import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
  writeFile,
} from '../../workshop/check/suite.ts'
import { connecting } from './diagnoses/connecting.ts'
import { setup } from './diagnoses/setup.ts'
import { starting } from './diagnoses/startup.ts'
import { staying } from './diagnoses/reconnect.ts'
import { telling } from './diagnoses/log-lines.ts'
import { commonDiagnosis } from '../../workshop/check/common-diagnoses.ts'

/** What the untouched starter gets wrong. */
export const starter = 's2-never-connect'

const usual: KnownMistake[] = [
  withWrongPrograms(commonDiagnosis('does-not-compile'), {
    'a bracket too few': replaceIn('client.ts', 'newClient() {', 'newClient( {'),
  }),
  withWrongPrograms(commonDiagnosis('throws'), {
    'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  withWrongPrograms(commonDiagnosis('does-nothing'), {
    'an empty file': writeFile('index.ts', ''),
  }),
  withWrongPrograms(commonDiagnosis('never-speaks'), {
    'waits for something else first': replaceIn(
      'index.ts',
      'await client.connect()',
      'await new Promise(() => setInterval(() => {}, 1000))',
    ),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: KnownMistake[] = [
  ...setup,
  ...connecting,
  ...starting,
  ...staying,
  ...telling,
  ...usual,
]
