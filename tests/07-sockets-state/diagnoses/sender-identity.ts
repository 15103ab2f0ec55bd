import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { known, sending } from './edits.ts'
import { heardInstead, messageIn } from './evidence-queries.ts'

const takes = (more: string) =>
  replaceIn(
    'handlers.ts',
    'sendMessage(socket, { to, text })',
    `sendMessage(socket, { to, text, ${more} })`,
  )
const isFrom = (whom: string) => replaceIn('handlers.ts', known, `const from = ${whom}`)

/** As whose message does it come? */
export const senders: KnownMistake[] = [
  {
    id: 's7-userid-from-payload',
    likely:
      'The sender is the user that the device claims to be. Only the token identifies the user.',
    lookAt: 'where `from` comes from: the message, the address, or the socket?',
    matches: (evidence) =>
      evidence.goal.includes('whatever the device claims') &&
      heardInstead(({ args }) => args['from'] === 'grace')(evidence),
    programs: {
      'a field of the arguments': combine(
        takes('from: who'),
        isFrom('String(who ?? socket.data.user)'),
      ),
      'the user in the arguments': combine(
        takes('user: who'),
        isFrom('String(who ?? socket.data.user)'),
      ),
      'all arguments handed on': combine(
        takes('...rest'),
        sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { from, to, text, ...rest })
    }`),
      ),
      'the address': isFrom('String(socket.handshake.query.user ?? socket.data.user)'),
      'the handshake': isFrom('socket.handshake.auth.userId ?? socket.data.user'),
    },
  },
  {
    id: 's7-user-shared',
    likely:
      'One variable holds the user of all sockets, so it is always the last one. Use `socket.data`.',
    lookAt: 'where `onAuth` keeps the user',
    matches: heardInstead(({ args }, evidence) => {
      const { from } = messageIn(evidence)
      return args['from'] !== from && /^(ada|grace|linus)$/.test(String(args['from']))
    }),
    programs: {
      'a variable of the module': combine(
        replaceIn('auth.ts', 'socket.data.user = user', 'current = socket.data.user = user'),
        replaceIn('auth.ts', 'const TOKENS', "export let current = ''\n\nconst TOKENS"),
        replaceIn(
          'handlers.ts',
          'import type { UserSocket }',
          'import { current, type UserSocket }',
        ),
        isFrom('current'),
      ),
    },
  },
  {
    id: 's7-from-not-the-user',
    likely: '`from` is not the user: it is missing, or is a token or a socket id.',
    lookAt: 'what `onAuth` stores, and what `sendMessage` uses for `from`',
    matches: heardInstead(
      ({ envelope, args }, evidence) =>
        envelope['event'] === 'messageSent' &&
        args['to'] === messageIn(evidence)['to'] &&
        args['from'] !== messageIn(evidence)['from'],
    ),
    programs: {
      'not there': combine(
        sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { to, text })
    }`),
      ),
      'the id of the socket': sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { from: socket.id, to, text })
    }`),
      'kept elsewhere': sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { from: socket.user, to, text })
    }`),
    },
  },
]
