import { type Mistake, all, change } from '../../support/index.ts'
import { withState } from './programs.ts'
import { inVain, placesOf } from './seen.ts'

/** Which devices of a user are told? */
export const devices: Mistake[] = [
  {
    id: 's8-one-leaves-all-leave',
    likely:
      'when one device left, its user was forgotten, with all other devices on that instance.',
    lookAt: 'what is forgotten when a device leaves',
    seen: (evidence) => inVain(evidence) && /one has left|all are back/.test(evidence.expected),
    programs: {
      'forgets the user': change(
        'sockets-state.ts',
        'if (devices?.size === 0) sockets.delete(user)',
        'sockets.delete(user)',
      ),
    },
  },
  {
    id: 's8-sender-left-out',
    likely:
      'the device that sent the message does not hear it. It belongs to its user like all others, and shows only what it hears.',
    lookAt: 'who is left out when a message is handed on, and why',
    seen: (evidence) =>
      placesOf(evidence).length === 2 && /^(\w+)'s .* from \1 to /.test(evidence.expected),
    programs: {
      'by its socket': all(
        change(
          'handlers.ts',
          "dispatch({ event: 'messageSent', id, args: { from, to, text } })",
          "dispatch({ event: 'messageSent', id, args: { from, to, text, by: socket.id } })",
        ),
        change(
          'sockets-state.ts',
          "socket.emit('message', { event, args })",
          "if (Object(args).by !== socket.id) socket.emit('message', { event, args })",
        ),
      ),
    },
  },
  {
    id: 's8-not-every-device',
    likely:
      'one device of the user gets the message, and another on the same instance does not. A user may have several, everywhere.',
    lookAt: 'how many sockets of a user are remembered, and how many are told',
    seen: (evidence) => placesOf(evidence).length > 0,
    programs: {
      'the last one': change(
        'sockets-state.ts',
        '?? new Set()',
        '?.size === -1 ? new Set() : new Set()',
      ),
      'the first one': change(
        'sockets-state.ts',
        "for (const socket of sockets.get(user) ?? []) socket.emit('message', { event, args })",
        `const [socket] = sockets.get(user) ?? []
    socket?.emit('message', { event, args })`,
      ),
    },
  },
  {
    id: 's8-presence-stays-here',
    likely:
      'that a device comes or leaves is told to those on its own instance only. For all others of that user it is still there, or has never come.',
    lookAt: 'every place that tells something to a user: do they all go through `dispatch()`?',
    seen: ({ expected }) => expected.includes('to hear the same of'),
    programs: {
      'who leaves': all(
        withState,
        change(
          'handlers.ts',
          "dispatch({ event: 'deviceGone', id: user, args: { device, instance } })",
          "socketsState.emit(user, 'deviceGone', { device, instance })",
        ),
      ),
      'who comes': all(
        withState,
        change(
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
  },
]
