import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { adding, listOfSockets, removing } from './edits.ts'
import { both, came, fell, wanted } from './evidence-queries.ts'

const left = wanted(/ has left/)
const forgets = 'socketsState.remove(socket.data.user, socket)\n'
const ifEmpty = '\n    if (list.length === 0) sockets.delete(user)'

/** What is left of devices that are gone? */
export const leaving: KnownMistake[] = [
  {
    id: 's7-remove-all-on-disconnect',
    likely:
      'one device has left, and its user is forgotten with it: the other devices are connected, and hear nothing any more.',
    lookAt: 'what is removed when a socket disconnects',
    matches: both(
      left,
      came(/^none of ada's devices heard it|^only .* heard it, which sent it/),
    ),
    programs: {
      'the whole entry': removing('sockets.delete(user)'),
      'disconnectSockets of the user': removing(
        'for (const one of sockets.get(user) ?? []) one.disconnect()\n    sockets.delete(user)',
      ),
      'keeps the one that leaves': listOfSockets(
        'sockets.set(user, list.filter((one) => one === socket))',
      ),
    },
  },
  {
    id: 's7-left-device-ends-it',
    likely:
      'a device that is gone has left something behind, a hole in a list or an id without a socket, and the next message to its user falls over it.',
    lookAt: 'what is left in the state when a device has gone, and what `emit` makes of it',
    matches: both(left, fell),
    programs: {
      'delete leaves a hole': listOfSockets('delete list[list.indexOf(socket)]'),
      'an id whose socket is gone': combine(
        listOfSockets('list.length = list.length'),
        replaceIn(
          'sockets-state.ts',
          "socket.emit('message', { event, args })",
          "socket.nsp.sockets.get(socket.id).emit('message', { event, args })",
        ),
      ),
    },
  },
  {
    id: 's7-splice-minus-one',
    likely:
      'another device was removed than the one that left. Looking for something that is not there gives -1, and to splice() -1 is the last one of the list.',
    lookAt: 'how the socket that leaves is found in the list: what is compared with what?',
    matches: both(left, came(/did not hear it|heard it, the (first|last)|none of/)),
    programs: {
      'ids compared with sockets': listOfSockets(
        `list.splice(list.indexOf(socket.id), 1)${ifEmpty}`,
      ),
      'the last one': listOfSockets(`list.pop()${ifEmpty}`),
    },
  },
  {
    id: 's7-empty-entry-stays',
    likely:
      'all devices of a user have left, and an empty entry is kept. One for each user who was ever there: memory that nobody gives back.',
    lookAt: 'what `remove` does with the last device of a user',
    matches: both(wanted(/GET \/state .* not to mention/), came(/:0\}$/)),
    programs: {
      'never deleted': removing('sockets.get(user)?.delete(socket)'),
      'made by a look': replaceIn(
        'sockets-state.ts',
        'sockets.get(user) ?? []) socket.emit',
        'sockets.set(user, sockets.get(user) ?? new Set()).get(user) ?? []) socket.emit',
      ),
      'asked too early': removing(
        'if (sockets.get(user)?.size === 0) sockets.delete(user)\n    sockets.get(user)?.delete(socket)',
      ),
    },
  },
  {
    id: 's7-never-removed',
    likely:
      'devices that have left are still in the state. Nothing is heard of it, but the memory of the instance grows with every visit.',
    lookAt:
      'what happens when a socket disconnects, and whether it finds what it should remove',
    matches: wanted(/GET \/state/),
    programs: {
      'no listener': replaceIn('connection.ts', forgets, '\n'),
      'another event': replaceIn(
        'connection.ts',
        "socket.on('disconnect'",
        "socket.on('close'",
      ),
      'ids compared with sockets': listOfSockets(
        'sockets.set(user, list.filter((one) => one !== socket.id))',
      ),
      'keyed by another name': combine(
        adding(
          'const devices = sockets.get(user) ?? new Set()\n    sockets.set(user, devices.add(socket))',
        ),
        replaceIn(
          'connection.ts',
          'socketsState.remove(socket.data.user, socket)',
          'socketsState.remove(socket.id, socket)',
        ),
      ),
    },
  },
]
