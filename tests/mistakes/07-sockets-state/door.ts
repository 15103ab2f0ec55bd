import { type Mistake, all, change } from '../../support/index.ts'
import { both, came, fell, wanted } from './seen.ts'

const refusal = "if (!user) return next(new Error(token ? 'unknown token' : 'token missing'))"
const takesToken = 'const { token } = socket.handshake.auth'
const asks = 'const user = TOKENS.get(token)'
const knocks = wanted(/to let .* connect$/)
const turned = wanted(/to turn away a device/)
const letIn = came(/^it was let in$/)

const tableOf = (begin: string, end: string) =>
  all(
    change('auth.ts', 'const TOKENS = new Map([', `const TOKENS = ${begin}`),
    change('auth.ts', "  ['token-of-ada', 'ada'],", "  'token-of-ada': 'ada',"),
    change('auth.ts', "  ['token-of-grace', 'grace'],", "  'token-of-grace': 'grace',"),
    change('auth.ts', "  ['token-of-linus', 'linus'],", "  'token-of-linus': 'linus',"),
    change('auth.ts', '\n])', `\n${end}`),
  )
const plainTable = tableOf('{', '}')

/** Who is let in? */
export const door: Mistake[] = [
  {
    id: 's7-next-twice',
    likely:
      'next() is called twice: with an Error, and then once more. Without `return` the function goes on after it has refused.',
    lookAt: 'every path through `onAuth`: each should end with one call of `next`',
    seen: came(/let in all the same/),
    programs: {
      'no return': change('auth.ts', 'return next(new Error', 'next(new Error'),
      'both branches': all(
        change('auth.ts', refusal, "if (!user) next(new Error('unknown token'))"),
        change('auth.ts', '  socket.data.user = user\n', "  socket.data.user = user ?? ''\n"),
      ),
    },
  },
  {
    id: 's7-refused-by-disconnect',
    likely:
      'the device is let in, and then its connection is closed. To the client that looks like a bad network. An Error given to next() refuses, and says why.',
    lookAt: 'where a bad token is noticed: it should be before the connection is there',
    seen: came(/thrown out again/),
    programs: {
      'in onConnection': all(
        change('auth.ts', refusal, ''),
        change('auth.ts', 'socket.data.user = user', "socket.data.user = user ?? ''"),
        change(
          'connection.ts',
          '  // No await before',
          '  if (!socket.data.user) return void socket.disconnect()\n  // No await before',
        ),
      ),
      'after a word': all(
        change('auth.ts', refusal, ''),
        change('auth.ts', 'socket.data.user = user', "socket.data.user = user ?? ''"),
        change(
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
    likely: 'a device without a token is let in like any other. Nobody has asked who it is.',
    lookAt: '`onAuth`: what happens when there is no token?',
    seen: both(wanted(/turn away a device without a token/), letIn),
    programs: {
      somebody: change('auth.ts', refusal, ''),
      'not used': change('index.ts', '  io.use(onAuth)\n', ''),
      'of another namespace': change(
        'index.ts',
        'io.use(onAuth)',
        "io.of('/chat').use(onAuth)",
      ),
      'only unknown ones': change('auth.ts', 'if (!user)', 'if (token && !user)'),
    },
  },
  {
    id: 's7-inherited-token',
    likely:
      'the table of tokens is an object, and every object has more names than one has given it: constructor, toString, __proto__. They pass for tokens.',
    lookAt: 'how a token is looked up: Object.hasOwn(), or a Map',
    seen: both(wanted(/with the token "(constructor|__proto__|toString)"/), letIn),
    programs: {
      'TOKENS[token]': all(plainTable, change('auth.ts', 'TOKENS.get(token)', 'TOKENS[token]')),
      in: all(
        plainTable,
        change(
          'auth.ts',
          asks,
          'const user = token in TOKENS ? String(TOKENS[token]) : undefined',
        ),
        change(
          'auth.ts',
          takesToken,
          "const token = String(socket.handshake.auth.token ?? '')",
        ),
      ),
    },
  },
  {
    id: 's7-unknown-token-let-in',
    likely:
      'any token will do. That one is there does not make it right: it has to be one of those that were given out.',
    lookAt: '`onAuth`: what happens when the table does not know the token?',
    seen: both(turned, letIn),
    programs: {
      'is there one?': all(
        change('auth.ts', 'if (!user)', 'if (!token)'),
        change('auth.ts', 'socket.data.user = user', "socket.data.user = user ?? 'guest'"),
      ),
      'cut off': change(
        'auth.ts',
        asks,
        'const user = /^token-of-\\w+$/.test(token) ? token.slice(9) : undefined',
      ),
      'the token is the user': change('auth.ts', asks, 'const user = token && String(token)'),
    },
  },
  {
    id: 's7-token-not-a-text',
    likely:
      'a token that is no text ended the program: an object was used as a key, or asked for something only texts have. A device can send anything.',
    lookAt: 'what is done with the token before anybody has looked whether it is a string',
    seen: both(turned, wanted(/with the token (null|42|\{)/), fell),
    programs: {
      'an object as a key': all(
        plainTable,
        change(
          'auth.ts',
          asks,
          'const user = Object.hasOwn(TOKENS, token ?? 0) ? TOKENS[token] : undefined',
        ),
      ),
      'token.startsWith()': change(
        'auth.ts',
        asks,
        "const user = token?.startsWith('token-of-') ? TOKENS.get(token) : undefined",
      ),
    },
  },
  {
    id: 's7-refuses-by-throwing',
    likely:
      'to refuse, the middleware throws, or reads something of nothing. Nobody catches that: the whole instance ends, with everybody on it. next() takes the Error.',
    lookAt: '`onAuth`: what is thrown there, or in what it calls?',
    seen: both(turned, fell),
    programs: {
      throws: change('auth.ts', 'return next(new Error(', 'throw (new Error('),
      'an async middleware': all(
        change('auth.ts', 'export function onAuth', 'export async function onAuth'),
        change('auth.ts', '): void {', '): Promise<void> {'),
        change('auth.ts', 'return next(new Error(', 'throw (new Error('),
      ),
      'reads of nothing': change('auth.ts', asks, 'const user = TOKENS.get(token.trim())'),
    },
  },
  {
    id: 's7-refused-without-a-word',
    likely:
      'the device is refused without a reason. What next() is given has to be an Error with a message: of anything else nothing arrives.',
    lookAt: 'what `next` is given when the answer is no',
    seen: came(/that says nothing/),
    programs: {
      'a text': change('auth.ts', refusal, "if (!user) return next('unknown token')"),
      'an empty Error': change('auth.ts', refusal, 'if (!user) return next(new Error())'),
      'an object': change('auth.ts', refusal, 'if (!user) return next({ status: 401 })'),
    },
  },
  {
    id: 's7-next-not-called',
    likely:
      'next() is never called, so the device waits and waits: a middleware has to say yes, next(), or no, next(new Error(…)).',
    lookAt: 'every path through `onAuth`: does each call `next`?',
    seen: (evidence) =>
      (knocks(evidence) || turned(evidence)) && evidence.received === 'it is not connected',
    programs: {
      'for nobody': change(
        'auth.ts',
        'socket.data.user = user\n  next()',
        'socket.data.user = user',
      ),
      'not for a refusal': change('auth.ts', refusal, 'if (!user) return'),
    },
  },
  {
    id: 's7-token-from-query',
    likely:
      'the token is looked for in the address. There it ends up in every log on the way; devices show it in `auth`, as they connect.',
    lookAt: 'where `onAuth` takes the token from: `socket.handshake` has several fields',
    seen: came(/with the token in the address/),
    programs: {
      'handshake.query': change('auth.ts', 'socket.handshake.auth', 'socket.handshake.query'),
    },
  },
  {
    id: 's7-no-sockets',
    likely:
      'the instance answers requests, but takes no websockets at /socket.io/. Socket.IO has to be on the very server that listens.',
    lookAt: 'which server `new Server()` is given, with which options, and which one listens',
    seen: both(knocks, came(/refused: "(websocket error|timeout|xhr)/)),
    programs: {
      'another server': change('index.ts', 'new Server(server)', 'new Server(createServer())'),
      'another path': change(
        'index.ts',
        'new Server(server)',
        "new Server(server, { path: '/chat' })",
      ),
      'long-polling only': change(
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
    seen: both(knocks, came(/refused: /)),
    programs: {
      'from a header': change(
        'auth.ts',
        takesToken,
        'const token = socket.handshake.headers.authorization',
      ),
      'another field': change('auth.ts', '{ token }', '{ user: token }'),
      'the wrong way round': change('auth.ts', 'if (!user)', 'if (user)'),
    },
  },
]
