import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { takesToken, asks, refusal, plainTable } from '../edits.ts'

/** Devices that are let in without a known token. */
export const acceptedWithoutToken: WrongPrograms = {
  's7-next-twice': {
    'no return': replaceIn('auth.ts', 'return next(new Error', 'next(new Error'),
    'both branches': combine(
      replaceIn('auth.ts', refusal, "if (!user) next(new Error('unknown token'))"),
      replaceIn('auth.ts', '  socket.data.user = user\n', "  socket.data.user = user ?? ''\n"),
    ),
  },
  's7-refused-by-disconnect': {
    'in onConnection': combine(
      replaceIn('auth.ts', refusal, ''),
      replaceIn('auth.ts', 'socket.data.user = user', "socket.data.user = user ?? ''"),
      replaceIn(
        'connection.ts',
        '  // No await before',
        '  if (!socket.data.user) return void socket.disconnect()\n  // No await before',
      ),
    ),
    'after an event': combine(
      replaceIn('auth.ts', refusal, ''),
      replaceIn('auth.ts', 'socket.data.user = user', "socket.data.user = user ?? ''"),
      replaceIn(
        'connection.ts',
        '  // No await before',
        `  if (!socket.data.user) {
    socket.emit('connect_error_', 'unknown token')
    return void socket.disconnect(true)
  }
  // No await before`,
      ),
    ),
  },
  's7-token-not-checked': {
    'any device': replaceIn('auth.ts', refusal, ''),
    'not used': replaceIn('index.ts', '  io.use(onAuth)\n', ''),
    'of another namespace': replaceIn(
      'index.ts',
      'io.use(onAuth)',
      "io.of('/chat').use(onAuth)",
    ),
    'only unknown ones': replaceIn('auth.ts', 'if (!user)', 'if (token && !user)'),
  },
  's7-inherited-token': {
    'TOKENS[token]': combine(
      plainTable,
      replaceIn('auth.ts', 'TOKENS.get(token)', 'TOKENS[token]'),
    ),
    in: combine(
      plainTable,
      replaceIn(
        'auth.ts',
        asks,
        'const user = token in TOKENS ? String(TOKENS[token]) : undefined',
      ),
      replaceIn(
        'auth.ts',
        takesToken,
        "const token = String(socket.handshake.auth.token ?? '')",
      ),
    ),
  },
  's7-unknown-token-accepted': {
    'is there one?': combine(
      replaceIn('auth.ts', 'if (!user)', 'if (!token)'),
      replaceIn('auth.ts', 'socket.data.user = user', "socket.data.user = user ?? 'guest'"),
    ),
    'cut off': replaceIn(
      'auth.ts',
      asks,
      'const user = /^token-of-\\w+$/.test(token) ? token.slice(9) : undefined',
    ),
    'the token is the user': replaceIn('auth.ts', asks, 'const user = token && String(token)'),
  },
  's7-token-not-a-text': {
    'an object as a key': combine(
      plainTable,
      replaceIn(
        'auth.ts',
        asks,
        'const user = Object.hasOwn(TOKENS, token ?? 0) ? TOKENS[token] : undefined',
      ),
    ),
    'token.startsWith()': replaceIn(
      'auth.ts',
      asks,
      "const user = token?.startsWith('token-of-') ? TOKENS.get(token) : undefined",
    ),
  },
}
