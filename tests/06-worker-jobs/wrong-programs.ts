import {
  type WrongPrograms,
  combine,
  replaceIn,
  writeFile,
} from '../../workshop/check/suite.ts'
import { errors } from './wrong-programs/errors.ts'
import { results } from './wrong-programs/results.ts'
import { subscriptions } from './wrong-programs/subscriptions.ts'
import { users } from './wrong-programs/users.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's6-work-in-the-web-instance'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = {
  ...users,
  ...subscriptions,
  ...errors,
  ...results,
  'does-not-compile': {
    'a bracket too few': replaceIn('sockets.ts', 'io.use((socket', 'io.use(((socket'),
  },
  'listens-elsewhere': {
    'a port of its own': replaceIn('server.ts', 'process.env.PORT || 3000', '0'),
  },
  throws: { 'at start': replaceIn('web.ts', 'try {', 'undefinedFunction()\ntry {') },
  'code-error': {
    'an object as the message': replaceIn(
      'sockets.ts',
      'JSON.stringify({ id: randomUUID(), input })',
      '{ id: randomUUID(), input } as any',
    ),
    'a class below the line that needs it': combine(
      replaceIn('worker.ts', 'async function doJob(', 'class Jobs {}\n\nasync function doJob('),
      replaceIn(
        'worker.ts',
        'await client2.subscribe(CHANNEL',
        'new Jobs()\n  await client2.subscribe(CHANNEL',
      ),
    ),
  },
  'does-nothing': { 'an empty file': writeFile('web.ts', '') },
  'sends-nothing': {
    'waits forever': replaceIn(
      'web.ts',
      'try {',
      'await new Promise((_) => setInterval(_, 1e9))\ntry {',
    ),
  },
}
