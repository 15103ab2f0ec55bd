import { type Mistake, change, provenBy, write } from '../support/index.ts'
import { buses } from './08-dispatch/buses.ts'
import { delivering } from './08-dispatch/delivering.ts'
import { devices } from './08-dispatch/devices.ts'
import { envelopes } from './08-dispatch/envelopes.ts'
import { listening } from './08-dispatch/listening.ts'
import { nonsense } from './08-dispatch/nonsense.ts'
import { publishing } from './08-dispatch/publishing.ts'
import { subscriptions } from './08-dispatch/subscriptions.ts'
import { trouble } from './08-dispatch/trouble.ts'
import { general } from './any-step.ts'

/** What the untouched starter gets wrong. */
export const starter = 's8-local-emit-only'

// What can go wrong in every step: how it looks in this one.
const usual: Mistake[] = [
  provenBy(general('does-not-compile'), {
    'a bracket too few': change('dispatch.ts', 'return hear(bus,', 'return hear((bus,'),
  }),
  provenBy(general('missing-package'), {
    'one that is not there': change(
      'bus.ts',
      "from 'node-redis-pubsub'",
      "from 'redis-pubsub'",
    ),
  }),
  provenBy(general('listens-elsewhere'), {
    'a port of its own': change('server.ts', 'process.env.PORT || 3000', '0'),
  }),
  provenBy(general('dials-elsewhere'), {
    localhost: change(
      'bus.ts',
      '{ url, retry_max_delay: 2000 }',
      "{ url: 'redis://localhost:6379' }",
    ),
  }),
  provenBy(general('throws'), {
    'at start': change('index.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  provenBy(general('gives-up'), {
    'something that the bus does not have': change(
      'bus.ts',
      'bus.on(channel,',
      'bus.once(channel,',
    ),
  }),
  provenBy(general('does-nothing'), {
    'an empty file': write('index.ts', ''),
  }),
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
