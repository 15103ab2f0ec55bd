import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { plainObject, removing } from './edits.ts'
import { both, fell, wanted } from './evidence-queries.ts'

const absent = wanted(/who is not connected$|all devices of ada have left$/)

/** What happens to a message whose user is not there? */
export const absentees: KnownMistake[] = [
  {
    id: 's7-inherited-user',
    likely:
      'users are looked up in an object, and every object has more names than one has given it: whoever writes to "constructor" ends the program.',
    lookAt: 'how the sockets of a user are found: Object.hasOwn(), or a Map',
    matches: both(
      absent,
      fell,
      wanted(/message to "(__proto__|constructor|toString|valueOf|hasOwn)/),
    ),
    programs: {
      'sockets[user]': plainObject(
        "for (const socket of sockets[user] ?? []) socket.emit('message', { event, args })",
      ),
      '?.forEach': plainObject(
        "sockets[user]?.forEach((socket) => socket.emit('message', { event, args }))",
      ),
    },
  },
  {
    id: 's7-emit-unknown-user-throws',
    likely:
      'a message to somebody who is not connected ended the program: there are no sockets of that user, and something was done with them all the same.',
    lookAt: 'what `emit` does for a user of whom nothing is known',
    matches: both(absent, fell),
    programs: {
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
  },
]
