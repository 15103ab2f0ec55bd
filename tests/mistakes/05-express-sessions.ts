import { type Mistake, change, provenBy, write } from '../support/index.ts'
import { general } from './any-step.ts'
import { neverRead } from './shared/address.ts'
import { cookies } from './05-express-sessions/cookies.ts'
import { endings } from './05-express-sessions/endings.ts'
import { moving } from './05-express-sessions/moving.ts'
import { setup } from './05-express-sessions/setup.ts'
import { strangers } from './05-express-sessions/strangers.ts'
import { visitors } from './05-express-sessions/visitors.ts'

/** What the untouched starter gets wrong. */
export const starter = 's5-memory-store'

// What can go wrong in every step: how it looks in this one.
const usual: Mistake[] = [
  provenBy(neverRead, {
    'the address stands in the code': change(
      'client.ts',
      'redisAddress()',
      "{ url: 'redis://127.0.0.1:1', host: 'redis', port: 1 }",
    ),
  }),
  provenBy(general('does-not-compile'), {
    'a bracket too few': change('sessions.ts', 'return session({', 'return session(({'),
  }),
  provenBy(general('throws'), {
    'at start': change('index.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  provenBy(general('listens-elsewhere'), {
    'port 3000': change('server.ts', 'process.env.PORT || 3000', '0'),
  }),
  provenBy(general('does-nothing'), { 'an empty file': write('index.ts', '') }),
  provenBy(general('never-speaks'), {
    'waits for ever': change(
      'index.ts',
      'try {',
      'await new Promise((_) => setInterval(_, 1e9))\ntry {',
    ),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = [
  ...setup,
  ...visitors,
  ...strangers,
  ...moving,
  ...endings,
  ...cookies,
  ...usual,
]
