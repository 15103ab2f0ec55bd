import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
  writeFile,
} from '../../workshop/check/suite.ts'
import { buses } from './diagnoses/buses.ts'
import { delivering } from './diagnoses/delivering.ts'
import { devices } from './diagnoses/devices.ts'
import { envelopes } from './diagnoses/envelopes.ts'
import { listening } from './diagnoses/receiving.ts'
import { nonsense } from './diagnoses/invalid-input.ts'
import { publishing } from './diagnoses/publishing.ts'
import { subscriptions } from './diagnoses/subscriptions.ts'
import { trouble } from './diagnoses/errors.ts'
import { commonDiagnosis } from '../../workshop/check/common-diagnoses.ts'

/** What the untouched starter gets wrong. */
export const starter = 's8-local-emit-only'

// What can go wrong in every step: how it looks in this one.
const usual: KnownMistake[] = [
  withWrongPrograms(commonDiagnosis('does-not-compile'), {
    'a bracket too few': replaceIn(
      'dispatch.ts',
      'return subscribe(bus,',
      'return subscribe((bus,',
    ),
  }),
  withWrongPrograms(commonDiagnosis('missing-package'), {
    'one that is not there': replaceIn(
      'bus.ts',
      "from 'node-redis-pubsub'",
      "from 'redis-pubsub'",
    ),
  }),
  withWrongPrograms(commonDiagnosis('listens-elsewhere'), {
    'a port of its own': replaceIn('server.ts', 'process.env.PORT || 3000', '0'),
  }),
  withWrongPrograms(commonDiagnosis('dials-elsewhere'), {
    localhost: replaceIn(
      'bus.ts',
      '{ url, retry_max_delay: 2000 }',
      "{ url: 'redis://localhost:6379' }",
    ),
  }),
  withWrongPrograms(commonDiagnosis('throws'), {
    'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  withWrongPrograms(commonDiagnosis('gives-up'), {
    'something that the bus does not have': replaceIn(
      'bus.ts',
      'bus.on(channel,',
      'bus.once(channel,',
    ),
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
  ...publishing,
  ...envelopes,
  ...buses,
  ...listening,
  ...subscriptions,
  ...delivering,
  ...devices,
  ...trouble,
  ...nonsense,
  ...usual,
]
