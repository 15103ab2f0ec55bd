import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { known, plainObject, removing } from '../edits.ts'

/** Messages to users who are offline. */
export const offlineUsers: WrongPrograms = {
  's7-inherited-user': {
    'sockets[user]': plainObject(
      "for (const socket of sockets[user] ?? []) socket.emit('message', { event, args })",
    ),
    '?.forEach': plainObject(
      "sockets[user]?.forEach((socket) => socket.emit('message', { event, args }))",
    ),
  },
  's7-offline-refused': {
    'an error, and nothing is sent': replaceIn(
      'handlers.ts',
      known,
      `${known}\n    if (!socketsState.count()[to]) return { error: 'this user is not online' }`,
    ),
    'only a warning': replaceIn(
      'handlers.ts',
      'return { ok: true }\n  },\n}',
      "return socketsState.count()[to] ? { ok: true } : { error: 'this user is not online' }\n  },\n}",
    ),
    'sent to the device of the sender alone': replaceIn(
      'handlers.ts',
      known,
      `${known}
    if (!socketsState.count()[to]) {
      socket.emit('message', { event: 'messageSent', args: { from, to, text } })
      return { ok: true }
    }`,
    ),
  },
  's7-emit-unknown-user-throws': {
    'of undefined': replaceIn(
      'sockets-state.ts',
      'sockets.get(user) ?? []) socket.emit',
      'sockets.get(user)!) socket.emit',
    ),
    'undefined for the user': combine(
      removing(
        'sockets.get(user)?.delete(socket)\n    if (sockets.get(user)?.size === 0) sockets.set(user, undefined)',
      ),
      replaceIn(
        'sockets-state.ts',
        'sockets.get(user) ?? []) socket.emit',
        'sockets.has(user) ? sockets.get(user) : []) socket.emit',
      ),
    ),
  },
}
