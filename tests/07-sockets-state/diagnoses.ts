import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
  writeFile,
} from '../../workshop/check/suite.ts'
import { absentees } from './diagnoses/offline-users.ts'
import { answering } from './diagnoses/answering.ts'
import { delivery } from './diagnoses/delivery.ts'
import { door } from './diagnoses/auth.ts'
import { envelopes } from './diagnoses/envelope.ts'
import { leaving } from './diagnoses/disconnect.ts'
import { nonsense } from './diagnoses/invalid-input.ts'
import { refusing } from './diagnoses/refusing.ts'
import { senders } from './diagnoses/sender-identity.ts'
import { strangers } from './diagnoses/strangers.ts'
import { unheard } from './diagnoses/undelivered.ts'
import { commonDiagnosis } from '../../workshop/check/common-diagnoses.ts'

/** What the untouched starter gets wrong. */
export const starter = 's7-token-not-checked'

// What can go wrong in every step: how it looks in this one, which has no Redis.
const usual: KnownMistake[] = [
  withWrongPrograms(commonDiagnosis('does-not-compile'), {
    'a bracket too few': replaceIn('auth.ts', 'TOKENS.get(token)', 'TOKENS.get((token)'),
  }),
  withWrongPrograms(commonDiagnosis('listens-elsewhere'), {
    'a port of its own': replaceIn('server.ts', 'process.env.PORT || 3000', '0'),
  }),
  {
    id: 's7-never-listens',
    likely: 'nothing listens: the program runs, or has ended, and has opened no port.',
    lookAt: 'where the server begins to listen',
    matches: ({ expected, about }) =>
      /to answer requests on its PORT/.test(expected) &&
      about?.listening.length === 0 &&
      !about.exit?.code,
    programs: {
      'an empty file': writeFile('index.ts', ''),
      'waits for ever': replaceIn(
        'index.ts',
        'try {',
        'await new Promise((_) => setInterval(_, 1e9))\ntry {',
      ),
      'never told to': replaceIn(
        'index.ts',
        'const started = listen(server)',
        'const started = listen',
      ),
    },
  },
  withWrongPrograms(commonDiagnosis('throws'), {
    'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {'),
    'a handler that is not there': replaceIn(
      'connection.ts',
      'handlers[event]',
      'handler[event]',
    ),
  }),
  withWrongPrograms(commonDiagnosis('missing-package'), {
    'a package that is not there': replaceIn('index.ts', "'socket.io'", "'socketio'"),
  }),
  withWrongPrograms(commonDiagnosis('gives-up'), {
    'asks for a Redis that it does not need': replaceIn(
      'index.ts',
      'try {',
      "if (!process.env.REDISCLOUD_URL) exitWithError(new Error('REDISCLOUD_URL is not set'))\ntry {",
    ),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: KnownMistake[] = [
  ...strangers,
  ...door,
  ...leaving,
  ...envelopes,
  ...senders,
  ...delivery,
  ...unheard,
  ...absentees,
  ...nonsense,
  ...refusing,
  ...answering,
  ...usual,
]
