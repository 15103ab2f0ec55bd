import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { removing, plainObject } from '../edits.ts'

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
