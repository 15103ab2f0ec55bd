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
    likely: 'When one device disconnects, all devices of its user are removed.',
    lookAt: 'what is removed at a disconnect',
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
      'A disconnected device leaves a hole or an id without a socket behind, and the next message to its user throws.',
    lookAt: 'what remains in the state after a disconnect, and what `emit` does with it',
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
      'Another device is removed than the one that disconnected: the search returns -1, and splice(-1, 1) removes the last entry.',
    lookAt: 'how the socket is found in the list: what is compared with what?',
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
      'An empty entry stays after the last device of a user has disconnected, so the memory grows with every user.',
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
    likely: 'Disconnected devices stay in the state, so the memory grows with every visit.',
    lookAt: 'what happens at a disconnect, and whether it finds the socket',
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
