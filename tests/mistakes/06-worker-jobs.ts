import { type Mistake, change, provenBy, write } from '../support/index.ts'
import { listening } from './06-worker-jobs/listening.ts'
import { results } from './06-worker-jobs/results.ts'
import { trouble } from './06-worker-jobs/trouble.ts'
import { users } from './06-worker-jobs/users.ts'
import { general } from './any-step.ts'

/** What the untouched starter gets wrong. */
export const starter = 's6-work-in-the-web-instance'

// What can go wrong in every step: how it looks in this one.
const usual: Mistake[] = [
  provenBy(general('does-not-compile'), {
    'a bracket too few': change('sockets.ts', 'io.use((socket', 'io.use(((socket'),
  }),
  provenBy(general('listens-elsewhere'), {
    'a port of its own': change('server.ts', 'process.env.PORT || 3000', '0'),
  }),
  provenBy(general('throws'), {
    'at start': change('web.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  provenBy(general('does-nothing'), {
    'an empty file': write('web.ts', ''),
  }),
  provenBy(general('never-speaks'), {
    'waits for ever': change(
      'web.ts',
      'try {',
      'await new Promise((_) => setInterval(_, 1e9))\ntry {',
    ),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = [...users, ...listening, ...trouble, ...results, ...usual]
