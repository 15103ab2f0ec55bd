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
      'to refuse, the middleware throws, or reads something of nothing. Nobody catches that: the whole instance ends, with everybody on it. next() takes the Error.',
    lookAt: '`onAuth`: what is thrown there, or in what it calls?',
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
    likely:
      'the device is refused without a reason. What next() is given has to be an Error with a message: of anything else nothing arrives.',
    lookAt: 'what `next` is given when the answer is no',
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
      'next() is never called, so the device waits and waits: a middleware has to say yes, next(), or no, next(new Error(…)).',
    lookAt: 'every path through `onAuth`: does each call `next`?',
    matches: (evidence) =>
      (knocks(evidence) || turned(evidence)) && evidence.received === 'it is not connected',
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
    likely:
      'yes and no are the wrong way round: who has a good token is refused, and who has none is let in.',
    lookAt: 'the condition under which `onAuth` refuses',
    matches: came(/let in without a token/),
    programs: {
      'the wrong way round': replaceIn('auth.ts', 'if (!user)', 'if (user)'),
    },
  },
  {
    id: 's7-token-from-query',
    likely:
      'the token is looked for in the address. There it ends up in every log on the way; devices show it in `auth`, as they connect.',
    lookAt: 'where `onAuth` takes the token from: `socket.handshake` has several fields',
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
      'the instance answers requests, but takes no websockets at /socket.io/. Socket.IO has to be on the very server that listens.',
    lookAt: 'which server `new Server()` is given, with which options, and which one listens',
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
      'a token of the table is refused. It comes in the field `token` of `socket.handshake.auth`, and is token-of-ada, token-of-grace or token-of-linus.',
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
