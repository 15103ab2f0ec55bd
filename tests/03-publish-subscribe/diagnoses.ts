import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
  writeFile,
} from '../../workshop/check/suite.ts'
import { channels } from './diagnoses/channels.ts'
import { connections } from './diagnoses/connections.ts'
import { echo } from './diagnoses/own-messages.ts'
import { handlers } from './diagnoses/handlers.ts'
import { messages } from './diagnoses/messages.ts'
import { order } from './diagnoses/subscribe-order.ts'
import { printing } from './diagnoses/output.ts'
import { survival } from './diagnoses/reconnect.ts'
import { commonDiagnosis } from '../../workshop/check/common-diagnoses.ts'
import { fallbackFirst, neverRead, onlyRedisUrl } from '../shared/redis-connection/address.ts'

/** What the untouched starter gets wrong. */
export const starter = 's3-never-subscribes'

// What can go wrong in every step: how it looks in this one.
const usual: KnownMistake[] = [
  withWrongPrograms(neverRead, {
    'the address stands in the code': replaceIn(
      'client.ts',
      'redisAddress()',
      "{ url: 'redis://127.0.0.1:1', host: 'redis', port: 1 }",
    ),
  }),
  withWrongPrograms(fallbackFirst, {}),
  withWrongPrograms(onlyRedisUrl, {}),
  withWrongPrograms(commonDiagnosis('does-not-compile'), {
    'a bracket too few': replaceIn('index.ts', 'announce(client, ', 'announce((client, '),
  }),
  withWrongPrograms(commonDiagnosis('floods-its-output'), {
    'a loop without an end': replaceIn(
      'index.ts',
      'try {',
      "for (;;) console.log('waiting')\ntry {",
    ),
  }),
  withWrongPrograms(commonDiagnosis('throws'), {
    'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {'),
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
  ...connections,
  ...channels,
  ...messages,
  ...order,
  ...handlers,
  ...survival,
  ...echo,
  ...printing,
  ...usual,
]
