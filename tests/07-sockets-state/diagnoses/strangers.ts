import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { asks, plainTable, refusal, takesToken } from './edits.ts'
import { both, came, fell, wanted } from './evidence-queries.ts'

const turned = wanted(/to turn away a device/)
const letIn = came(/^it was let in$/)

/** Who is let in without being anybody? */
export const strangers: KnownMistake[] = [
  {
    id: 's7-next-twice',
    likely:
      'next() is called twice: with an Error, and again without one. A `return` is missing.',
    lookAt: 'every path through `onAuth`: each should call `next` once',
    matches: came(/let in all the same/),
    programs: {
      'no return': replaceIn('auth.ts', 'return next(new Error', 'next(new Error'),
      'both branches': combine(
        replaceIn('auth.ts', refusal, "if (!user) next(new Error('unknown token'))"),
        replaceIn(
          'auth.ts',
          '  socket.data.user = user\n',
          "  socket.data.user = user ?? ''\n",
        ),
      ),
    },
  },
  {
    id: 's7-refused-by-disconnect',
    likely:
      'You accept the device and then disconnect it. Pass an Error to next() instead: the device then gets the reason.',
    lookAt: 'where an invalid token is noticed: it should be in the middleware',
    matches: came(/thrown out again/),
    programs: {
      'in onConnection': combine(
        replaceIn('auth.ts', refusal, ''),
        replaceIn('auth.ts', 'socket.data.user = user', "socket.data.user = user ?? ''"),
        replaceIn(
          'connection.ts',
          '  // No await before',
          '  if (!socket.data.user) return void socket.disconnect()\n  // No await before',
        ),
      ),
      'after a word': combine(
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
  },
  {
    id: 's7-token-not-checked',
    likely: 'A device without a token is accepted.',
    lookAt: '`onAuth`: what happens when there is no token?',
    matches: both(wanted(/turn away a device without a token/), letIn),
    programs: {
      somebody: replaceIn('auth.ts', refusal, ''),
      'not used': replaceIn('index.ts', '  io.use(onAuth)\n', ''),
      'of another namespace': replaceIn(
        'index.ts',
        'io.use(onAuth)',
        "io.of('/chat').use(onAuth)",
      ),
      'only unknown ones': replaceIn('auth.ts', 'if (!user)', 'if (token && !user)'),
    },
  },
  {
    id: 's7-inherited-token',
    likely:
      'You look tokens up in a plain object, which inherits names such as constructor. They count as tokens.',
    lookAt: 'how a token is looked up: use Object.hasOwn() or a Map',
    matches: both(wanted(/with the token "(constructor|__proto__|toString)"/), letIn),
    programs: {
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
  },
  {
    id: 's7-unknown-token-let-in',
    likely: 'Any token is accepted. It has to be one of the known ones.',
    lookAt: '`onAuth`: what happens with an unknown token?',
    matches: both(turned, letIn),
    programs: {
      'is there one?': combine(
        replaceIn('auth.ts', 'if (!user)', 'if (!token)'),
        replaceIn('auth.ts', 'socket.data.user = user', "socket.data.user = user ?? 'guest'"),
      ),
      'cut off': replaceIn(
        'auth.ts',
        asks,
        'const user = /^token-of-\\w+$/.test(token) ? token.slice(9) : undefined',
      ),
      'the token is the user': replaceIn(
        'auth.ts',
        asks,
        'const user = token && String(token)',
      ),
    },
  },
  {
    id: 's7-token-not-a-text',
    likely: 'A token that is not a string ends the program.',
    lookAt: 'what is done with the token before its type is checked',
    matches: both(turned, wanted(/with the token (null|42|\{)/), fell),
    programs: {
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
  },
]
