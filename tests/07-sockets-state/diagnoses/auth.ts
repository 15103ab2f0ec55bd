import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { asks, refusal, takesToken } from './edits.ts'
import { both, came, fell, wanted } from './evidence-queries.ts'

const knocks = wanted(/to let .* connect$/)
const turned = wanted(/to turn away a device/)

/** Who is refused, and how? */
export const door: KnownMistake[] = [
  {
    id: 's7-refuses-by-throwing',
    likely:
      'The middleware throws, and no code catches it, so the program ends. Pass the Error to next().',
    lookAt: '`onAuth`: what throws there?',
    matches: both(turned, fell),
    programs: {
      throws: replaceIn('auth.ts', 'return next(new Error(', 'throw (new Error('),
      'an async middleware': combine(
        replaceIn('auth.ts', 'export function onAuth', 'export async function onAuth'),
        replaceIn('auth.ts', '): void {', '): Promise<void> {'),
        replaceIn('auth.ts', 'return next(new Error(', 'throw (new Error('),
      ),
      'reads of nothing': replaceIn('auth.ts', asks, 'const user = TOKENS.get(token.trim())'),
    },
  },
  {
    id: 's7-refused-without-a-word',
    likely: 'The device is refused without a reason. next() needs an Error with a message.',
    lookAt: 'what you pass to `next` when you refuse',
    matches: came(/that says nothing/),
    programs: {
      'a text': replaceIn('auth.ts', refusal, "if (!user) return next('unknown token')"),
      'an empty Error': replaceIn('auth.ts', refusal, 'if (!user) return next(new Error())'),
      'an object': replaceIn('auth.ts', refusal, 'if (!user) return next({ status: 401 })'),
    },
  },
  {
    id: 's7-next-not-called',
    likely:
      'next() is not called on this path, so the device waits. A middleware must call next() or next(new Error(…)).',
    lookAt: 'every path through `onAuth`',
    matches: (evidence) =>
      (knocks(evidence) || turned(evidence)) &&
      evidence.received === 'it was neither accepted nor refused',
    programs: {
      'for nobody': replaceIn(
        'auth.ts',
        'socket.data.user = user\n  next()',
        'socket.data.user = user',
      ),
      'not for a refusal': replaceIn('auth.ts', refusal, 'if (!user) return'),
    },
  },
  {
    id: 's7-wrong-way-round',
    likely: 'The condition is inverted: a known token is refused, an unknown one is accepted.',
    lookAt: 'the condition under which `onAuth` refuses',
    matches: came(/let in without a token/),
    programs: {
      'the wrong way round': replaceIn('auth.ts', 'if (!user)', 'if (user)'),
    },
  },
  {
    id: 's7-token-from-query',
    likely:
      'You read the token from the query of the address. Devices send it in `auth` (an address is written into logs).',
    lookAt: 'where `onAuth` takes the token from: use `socket.handshake.auth`',
    matches: came(/with the token in the address/),
    programs: {
      'handshake.query': replaceIn(
        'auth.ts',
        'socket.handshake.auth',
        'socket.handshake.query',
      ),
    },
  },
  {
    id: 's7-no-sockets',
    likely:
      'The program answers HTTP requests and does not accept WebSocket connections at /socket.io/.',
    lookAt: 'which server `new Server()` gets, with which options, and which server listens',
    matches: both(knocks, came(/refused: "(websocket error|timeout|xhr)/)),
    programs: {
      'another server': replaceIn(
        'index.ts',
        'new Server(server)',
        'new Server(createServer())',
      ),
      'another path': replaceIn(
        'index.ts',
        'new Server(server)',
        "new Server(server, { path: '/chat' })",
      ),
      'long-polling only': replaceIn(
        'index.ts',
        'new Server(server)',
        "new Server(server, { transports: ['polling'] })",
      ),
    },
  },
  {
    id: 's7-known-token-refused',
    likely:
      'A known token is refused. It is in `socket.handshake.auth.token`, and is token-of-ada, token-of-grace or token-of-linus.',
    lookAt: 'where `onAuth` takes the token from, and what it compares it with',
    matches: both(knocks, came(/refused: /)),
    programs: {
      'from a header': replaceIn(
        'auth.ts',
        takesToken,
        'const token = socket.handshake.headers.authorization',
      ),
      'another field': replaceIn('auth.ts', '{ token }', '{ user: token }'),
    },
  },
]
