import { type Mistake, change, provenBy, write } from '../support/index.ts'
import { absentees } from './07-sockets-state/absent.ts'
import { answering } from './07-sockets-state/answering.ts'
import { delivery } from './07-sockets-state/delivery.ts'
import { door } from './07-sockets-state/door.ts'
import { envelopes } from './07-sockets-state/envelope.ts'
import { leaving } from './07-sockets-state/leaving.ts'
import { nonsense } from './07-sockets-state/nonsense.ts'
import { refusing } from './07-sockets-state/refusing.ts'
import { senders } from './07-sockets-state/senders.ts'
import { strangers } from './07-sockets-state/strangers.ts'
import { unheard } from './07-sockets-state/unheard.ts'
import { general } from './any-step.ts'

/** What the untouched starter gets wrong. */
export const starter = 's7-token-not-checked'

// What can go wrong in every step: how it looks in this one, which has no Redis.
const usual: Mistake[] = [
  provenBy(general('does-not-compile'), {
    'a bracket too few': change('auth.ts', 'TOKENS.get(token)', 'TOKENS.get((token)'),
  }),
  provenBy(general('listens-elsewhere'), {
    'a port of its own': change('server.ts', 'process.env.PORT || 3000', '0'),
  }),
  {
    id: 's7-never-listens',
    likely: 'nothing listens: the program runs, or has ended, and has opened no port.',
    lookAt: 'where the server begins to listen',
    seen: ({ expected, about }) =>
      /to answer requests on its PORT/.test(expected) &&
      about?.listening.length === 0 &&
      !about.exit?.code,
    programs: {
      'an empty file': write('index.ts', ''),
      'waits for ever': change(
        'index.ts',
        'try {',
        'await new Promise((_) => setInterval(_, 1e9))\ntry {',
      ),
      'never told to': change(
        'index.ts',
        'const started = listen(server)',
        'const started = listen',
      ),
    },
  },
  provenBy(general('throws'), {
    'at start': change('index.ts', 'try {', 'undefinedFunction()\ntry {'),
    'a handler that is not there': change('connection.ts', 'handlers[event]', 'handler[event]'),
  }),
  provenBy(general('missing-package'), {
    'a package that is not there': change('index.ts', "'socket.io'", "'socketio'"),
  }),
  provenBy(general('gives-up'), {
    'asks for a Redis that it does not need': change(
      'index.ts',
      'try {',
      "if (!process.env.REDISCLOUD_URL) fail(new Error('REDISCLOUD_URL is not set'))\ntry {",
    ),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = [
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
