import type { Diagnosis } from '../../../workshop/check/suite.ts'
import {
  all,
  isAbout,
  hasCrashed,
  retried,
  isRefused,
  isRefusedAlways,
  hasAnswered,
} from './evidence-queries.ts'

/** Devices that are refused, and how. */
export const auth: Diagnosis[] = [
  {
    id: 's7-refuses-by-throwing',
    likely:
      'The middleware throws, and no code catches it, so the program ends. Pass the Error to next().',
    lookAt: '`onAuth`: what throws there?',
    requires: all(isAbout('no-token', 'unknown-token', 'inherited-token'), hasCrashed),
  },
  {
    id: 's7-refused-without-reason',
    likely: 'The device is refused without a reason. next() needs an Error with a message.',
    lookAt: 'what you pass to `next` when you refuse',
    requires: ({ fact }) => fact.kind === 'refusal-unexplained',
  },
  {
    id: 's7-next-not-called',
    likely:
      'next() is not called on this path, so the device waits. A middleware must call next() or next(new Error(…)).',
    lookAt: 'every path through `onAuth`',
    requires: ({ fact, app }) => fact.kind === 'socket-unanswered' && !app?.exit,
  },
  {
    id: 's7-wrong-way-round',
    likely: 'The condition is inverted: a known token is refused, an unknown one is accepted.',
    lookAt: 'the condition under which `onAuth` refuses',
    requires: all(isRefused, retried('without-token')),
  },
  {
    id: 's7-token-from-query',
    likely:
      'You read the token from the query of the address. Devices send it in `auth` (an address is written into logs).',
    lookAt: 'where `onAuth` takes the token from: use `socket.handshake.auth`',
    requires: all(isRefused, retried('token-in-address')),
  },
  {
    id: 's7-no-sockets',
    likely:
      'The program answers HTTP requests and does not accept WebSocket connections at /socket.io/.',
    lookAt: 'which server `new Server()` gets, with which options, and which server listens',
    requires: (evidence) => isRefusedAlways(evidence) && !hasAnswered(evidence),
  },
  {
    id: 's7-known-token-refused',
    likely:
      'A known token is refused. It is in `socket.handshake.auth.token`, and is token-of-ada, token-of-grace or token-of-linus.',
    lookAt: 'where `onAuth` takes the token from, and what it compares it with',
    requires: (evidence) => isRefusedAlways(evidence) && hasAnswered(evidence),
  },
]
