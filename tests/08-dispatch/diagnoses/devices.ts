import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { withState } from './edits.ts'
import { inVain, placesOf } from './evidence-queries.ts'

/** Which devices of a user are told? */
export const devices: KnownMistake[] = [
  {
    id: 's8-one-leaves-all-leave',
    likely:
      'When one device disconnected, all devices of its user on that instance were removed.',
    lookAt: 'what is removed at a disconnect',
    matches: (evidence) =>
      inVain(evidence) && /one has left|all are back/.test(evidence.expected),
    programs: {
      'forgets the user': replaceIn(
        'sockets-state.ts',
        'if (devices?.size === 0) sockets.delete(user)',
        'sockets.delete(user)',
      ),
    },
  },
  {
    id: 's8-sender-left-out',
    likely:
      'The device that sent the message does not receive it. It should receive it like all other devices of its user.',
    lookAt: 'which socket is left out, and why',
    matches: (evidence) =>
      placesOf(evidence).length === 2 && /^(\w+)'s .* from \1 to /.test(evidence.expected),
    programs: {
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
  },
  {
    id: 's8-not-every-device',
    likely:
      'One device of the user gets the message, and another on the same instance does not.',
    lookAt: 'how many sockets of a user are kept, and how many get the event',
    matches: (evidence) => placesOf(evidence).length > 0,
    programs: {
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
  },
  {
    id: 's8-presence-stays-here',
    likely: '`deviceHere` or `deviceGone` reaches only devices on the same instance.',
    lookAt: 'every event for a user: do all go through `dispatch()`?',
    matches: ({ expected }) => expected.includes('to hear the same of'),
    programs: {
      'who leaves': combine(
        withState,
        replaceIn(
          'handlers.ts',
          "dispatch({ event: 'deviceGone', id: user, args: { device, instance } })",
          "socketsState.emit(user, 'deviceGone', { device, instance })",
        ),
      ),
      'who comes': combine(
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
  },
]
