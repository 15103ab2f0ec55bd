import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { known, sending } from '../edits.ts'

const takes = (more: string) =>
  replaceIn(
    'handlers.ts',
    'sendMessage(socket, { to, text })',
    `sendMessage(socket, { to, text, ${more} })`,
  )
const isFrom = (whom: string) => replaceIn('handlers.ts', known, `const from = ${whom}`)

/** The user whose message it is. */
export const senderIdentity: WrongPrograms = {
  's7-userid-from-payload': {
    'a field of the arguments': combine(
      takes('from: who'),
      isFrom('String(who ?? socket.data.user)'),
    ),
    'the user in the arguments': combine(
      takes('user: who'),
      isFrom('String(who ?? socket.data.user)'),
    ),
    'all arguments passed on': combine(
      takes('...rest'),
      sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { from, to, text, ...rest })
    }`),
    ),
    'the address': isFrom('String(socket.handshake.query.user ?? socket.data.user)'),
    'the handshake': isFrom('socket.handshake.auth.userId ?? socket.data.user'),
  },
  's7-user-shared': {
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
  's7-from-not-the-user': {
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
}
