import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { withState } from '../edits.ts'

export const devicesPrograms: WrongPrograms = {
  's8-one-disconnects-all-removed': {
    'deletes the user': replaceIn(
      'sockets-state.ts',
      'if (devices?.size === 0) sockets.delete(user)',
      'sockets.delete(user)',
    ),
  },
  's8-sender-left-out': {
    'by its user': replaceIn(
      'dispatch.ts',
      '  socketsState.emit(id, event, args)',
      '  if (fieldsOf(args).from !== id) socketsState.emit(id, event, args)',
    ),
    'by its socket': combine(
      replaceIn(
        'handlers.ts',
        "dispatch({ event: 'messageSent', id, args: { from, to, text } })",
        "dispatch({ event: 'messageSent', id, args: { from, to, text, by: socket.id } })",
      ),
      replaceIn(
        'sockets-state.ts',
        "socket.emit('message', { event, args })",
        "if (Object(args).by !== socket.id) socket.emit('message', { event, args })",
      ),
    ),
  },
  's8-not-every-device': {
    'the last one': replaceIn(
      'sockets-state.ts',
      '?? new Set()',
      '?.size === -1 ? new Set() : new Set()',
    ),
    'the first one': replaceIn(
      'sockets-state.ts',
      "for (const socket of sockets.get(user) ?? []) socket.emit('message', { event, args })",
      `const [socket] = sockets.get(user) ?? []
    socket?.emit('message', { event, args })`,
    ),
  },
  's8-presence-for-a-device': {
    'deviceGone for the device': replaceIn(
      'handlers.ts',
      'id: user, args: { device, instance }',
      'id: device, args: { user, device, instance }',
    ),
    'deviceHere for the device': replaceIn(
      'handlers.ts',
      `id: socket.data.user,
      args: { device`,
      `id: device,
      args: { device`,
    ),
  },
  's8-presence-left-out': {
    'what this instance published': replaceIn(
      'dispatch.ts',
      '  socketsState.emit(id, event, args)',
      "  if (fieldsOf(args).instance === (process.env.DYNO || 'web.1')) return\n  socketsState.emit(id, event, args)",
    ),
  },
  's8-presence-stays-here': {
    'deviceGone is not dispatched': combine(
      withState,
      replaceIn(
        'handlers.ts',
        "dispatch({ event: 'deviceGone', id: user, args: { device, instance } })",
        "socketsState.emit(user, 'deviceGone', { device, instance })",
      ),
    ),
    'deviceHere is not dispatched': combine(
      withState,
      replaceIn(
        'handlers.ts',
        `dispatch({
      event: 'deviceHere',
      id: socket.data.user,
      args: { device, name, instance },
    })`,
        "socketsState.emit(socket.data.user, 'deviceHere', { device, name, instance })",
      ),
    ),
  },
}
