import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { takesToken, asks, refusal } from '../edits.ts'

/** Devices that are refused, and how. */
export const auth: WrongPrograms = {
  's7-refuses-by-throwing': {
    throws: replaceIn('auth.ts', 'return next(new Error(', 'throw (new Error('),
    'an async middleware': combine(
      replaceIn('auth.ts', 'export function onAuth', 'export async function onAuth'),
      replaceIn('auth.ts', '): void {', '): Promise<void> {'),
      replaceIn('auth.ts', 'return next(new Error(', 'throw (new Error('),
    ),
    'reads of nothing': replaceIn('auth.ts', asks, 'const user = TOKENS.get(token.trim())'),
  },
  's7-refused-without-reason': {
    'a text': replaceIn('auth.ts', refusal, "if (!user) return next('unknown token')"),
    'an empty Error': replaceIn('auth.ts', refusal, 'if (!user) return next(new Error())'),
    'an object': replaceIn('auth.ts', refusal, 'if (!user) return next({ status: 401 })'),
  },
  's7-next-not-called': {
    'when there is no user': replaceIn(
      'auth.ts',
      'socket.data.user = user\n  next()',
      'socket.data.user = user',
    ),
    'not for a refusal': replaceIn('auth.ts', refusal, 'if (!user) return'),
  },
  's7-wrong-way-round': {
    'the wrong way round': replaceIn('auth.ts', 'if (!user)', 'if (user)'),
  },
  's7-token-from-query': {
    'handshake.query': replaceIn('auth.ts', 'socket.handshake.auth', 'socket.handshake.query'),
  },
  's7-no-sockets': {
    'another server': replaceIn('index.ts', 'new Server(server)', 'new Server(createServer())'),
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
  's7-known-token-refused': {
    'from a header': replaceIn(
      'auth.ts',
      takesToken,
      'const token = socket.handshake.headers.authorization',
    ),
    'another field': replaceIn('auth.ts', '{ token }', '{ user: token }'),
  },
}
