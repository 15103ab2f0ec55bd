import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { adding, removing, listOfSockets } from '../edits.ts'

const forgets = 'socketsState.remove(socket.data.user, socket)\n'
const ifEmpty = '\n    if (list.length === 0) sockets.delete(user)'

/** What is left of devices that have disconnected. */
export const disconnect: WrongPrograms = {
  's7-remove-all-on-disconnect': {
    'the whole entry': removing('sockets.delete(user)'),
    'disconnectSockets of the user': removing(
      'for (const one of sockets.get(user) ?? []) one.disconnect()\n    sockets.delete(user)',
    ),
    'splice() without a count': listOfSockets(`list.splice(list.indexOf(socket))${ifEmpty}`),
    'keeps the one that leaves': listOfSockets(
      'sockets.set(user, list.filter((one) => one === socket))',
    ),
  },
  's7-disconnected-device-throws': {
    'delete leaves a hole': listOfSockets('delete list[list.indexOf(socket)]'),
    'an id whose socket is missing': combine(
      listOfSockets('list.length = list.length'),
      replaceIn(
        'sockets-state.ts',
        "socket.emit('message', { event, args })",
        "socket.nsp.sockets.get(socket.id).emit('message', { event, args })",
      ),
    ),
  },
  's7-splice-minus-one': {
    'ids compared with sockets': listOfSockets(
      `list.splice(list.indexOf(socket.id), 1)${ifEmpty}`,
    ),
    'the last one': listOfSockets(`list.pop()${ifEmpty}`),
  },
  's7-empty-entry-stays': {
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
  's7-count-of-users': {
    'as in the starter': replaceIn(
      'sockets-state.ts',
      '([user, devices]) => [user, devices.size]',
      '([user]) => [user, 1]',
    ),
  },
  'code-error': {
    '/state answers 500': replaceIn(
      'sockets-state.ts',
      'return Object.fromEntries([...sockets]',
      'return (Object as any).formEntries([...sockets]',
    ),
  },
  's7-never-removed': {
    'no listener': replaceIn('connection.ts', forgets, '\n'),
    'the result of filter() is not stored': listOfSockets(
      'list.filter((one) => one !== socket)',
    ),
    'another event': replaceIn('connection.ts', "socket.on('disconnect'", "socket.on('close'"),
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
}
