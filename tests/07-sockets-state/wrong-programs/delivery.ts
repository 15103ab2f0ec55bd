import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { known, toEach, sending, outgoing, adding, removing } from '../edits.ts'

/** Which devices a message reaches, and how often. */
export const delivery: WrongPrograms = {
  's7-to-all-devices': {
    'to all users': replaceIn(
      'sockets-state.ts',
      toEach,
      'for (const all of sockets.values()) for (const socket of user ? all : []) socket.emit(',
    ),
    'to all sockets': sending(`socket.nsp.emit('message', ${outgoing})`),
    'to all but the sender': sending(`socket.broadcast.emit('message', ${outgoing})`),
    'an offline user counts as all users': replaceIn(
      'sockets-state.ts',
      toEach.slice(0, -13),
      toEach.slice(0, -13).replace('[]', '[...sockets.values()].flatMap((all) => [...all])'),
    ),
  },
  's7-self-twice': {
    'once for each of the two': replaceIn('handlers.ts', 'new Set([from, to])', '[from, to]'),
  },
  's7-more-than-once': {
    'once for each device of the user': replaceIn(
      'sockets-state.ts',
      toEach,
      `for (const _ of sockets.get(user) ?? []) ${toEach}`,
    ),
    'a listener with each message': replaceIn(
      'connection.ts',
      'const answer = handle(socket, envelope)',
      "socket.on('message', (again) => void handle(socket, again))\n    const answer = handle(socket, envelope)",
    ),
    'an answer on top': replaceIn(
      'handlers.ts',
      known,
      `${known}\n    socket.emit('message', ${outgoing})`,
    ),
    'kept twice': adding('sockets.set(user, [...(sockets.get(user) ?? []), socket, socket])'),
  },
  's7-answers-only-the-sender': {
    'socket.emit': sending(`socket.emit('message', ${outgoing})`),
  },
  's7-sender-excluded': {
    'all but this one': sending(
      `for (const one of socket.nsp.sockets.values()) {
      if (one !== socket && [from, to].includes(one.data.user)) one.emit('message', ${outgoing})
    }`,
    ),
  },
  's7-own-devices-missed': {
    'socket.emit, and the other user': sending(
      `socketsState.emit(to, 'messageSent', { from, to, text })
    socket.emit('message', ${outgoing})`,
    ),
  },
  's7-only-the-receiver': {
    'emits to one': sending("socketsState.emit(to, 'messageSent', { from, to, text })"),
  },
  's7-only-the-sender': {
    'emits to one': sending("socketsState.emit(from, 'messageSent', { from, to, text })"),
  },
  's7-one-socket-per-user': {
    'the last one': adding('sockets.set(user, new Set([socket]))'),
    'a key that all its devices have': combine(
      replaceIn(
        'sockets-state.ts',
        'new Map<string, Set<UserSocket>>()',
        'new Map<string, Map<string | undefined, UserSocket>>()',
      ),
      adding(`const devices = sockets.get(user) ?? new Map()
    sockets.set(user, devices.set(socket.data.device, socket))`),
      removing(`const devices = sockets.get(user)
    devices?.delete(socket.data.device)
    if (devices?.size === 0) sockets.delete(user)`),
      replaceIn(
        'sockets-state.ts',
        'for (const socket of sockets.get(user) ?? [])',
        'for (const socket of sockets.get(user)?.values() ?? [])',
      ),
    ),
  },
  's7-first-socket-only': {
    'when there is none yet': adding(
      'if (!sockets.has(user)) sockets.set(user, new Set([socket]))',
    ),
    'the first one found': replaceIn(
      'sockets-state.ts',
      "{\n    for (const socket of sockets.get(user) ?? []) socket.emit('message', { event, args })",
      "{\n    for (const socket of sockets.get(user) ?? []) return void socket.emit('message', { event, args })",
    ),
  },
  's7-first-socket-not-kept': {
    'an empty list for the first': adding(
      'if (!sockets.has(user)) sockets.set(user, new Set())\n    else sockets.get(user)!.add(socket)',
    ),
  },
}
