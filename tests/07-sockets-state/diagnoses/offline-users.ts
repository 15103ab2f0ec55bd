import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { plainObject, removing } from './edits.ts'
import { both, fell, wanted } from './evidence-queries.ts'

const absent = wanted(/who is not connected$|all devices of ada have left$/)

/** What happens to a message whose user is not there? */
export const absentees: KnownMistake[] = [
  {
    id: 's7-inherited-user',
    likely:
      'You look users up in a plain object, which inherits names such as "constructor". A message to such a name ends the program.',
    lookAt: 'how the sockets of a user are found: use Object.hasOwn() or a Map',
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
      'A message to an offline user ends the program: there are no sockets for that user, and the code uses them without a check.',
    lookAt: 'what `emit` does for an unknown user',
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
