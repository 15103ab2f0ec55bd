import { type KnownMistake, replaceIn } from '../../../workshop/check/suite.ts'
import { adding, known, outgoing, sending, toEach } from './edits.ts'
import { both, came, messageIn, wanted } from './evidence-queries.ts'

const repeated = came(/^it received it \d+ times/)

const noneOf = (which: 'from' | 'to'): KnownMistake['matches'] => {
  return (evidence) =>
    evidence.received.startsWith(`none of ${String(messageIn(evidence)[which])}'s devices`)
}

/** Whom does a message reach, and how often? */
export const delivery: KnownMistake[] = [
  {
    id: 's7-to-everyone',
    likely: 'The message goes to all connected devices, not only to those of the two users.',
    lookAt: 'the target of the event: `io.emit` and `socket.broadcast` mean all',
    matches: (evidence) =>
      /, but .* did$|, and so did /.test(evidence.received) ||
      /to hear nothing of what/.test(evidence.expected),
    programs: {
      'to all users': replaceIn(
        'sockets-state.ts',
        toEach,
        'for (const all of sockets.values()) for (const socket of user ? all : []) socket.emit(',
      ),
      'to all sockets': sending(`socket.nsp.emit('message', ${outgoing})`),
      'to all but the sender': sending(`socket.broadcast.emit('message', ${outgoing})`),
      'the offline one gets everybody': replaceIn(
        'sockets-state.ts',
        toEach.slice(0, -13),
        toEach.slice(0, -13).replace('[]', '[...sockets.values()].flatMap((all) => [...all])'),
      ),
    },
  },
  {
    id: 's7-self-twice',
    likely:
      'A message to yourself arrives twice: once for the sender and once for the receiver, who are the same user.',
    lookAt: 'what happens when `from` and `to` are equal',
    matches: both(wanted(/"buy milk".* once/), repeated),
    programs: {
      'once for each of the two': replaceIn('handlers.ts', 'new Set([from, to])', '[from, to]'),
    },
  },
  {
    id: 's7-more-than-once',
    likely:
      'A device gets the same message more than once: a loop runs inside a loop, a listener is added more than once, or two calls send it.',
    lookAt:
      'how often `emit` runs for one message and one device, and how often `on(…)` is called',
    matches: repeated,
    programs: {
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
  },
  {
    id: 's7-answers-only-the-sender',
    likely: 'The message goes back to the device that sent it and to no other device.',
    lookAt: 'the target in `sendMessage`: one socket, or all sockets of both users?',
    matches: came(/^only .* heard it, which sent it$/),
    programs: {
      'socket.emit': sending(`socket.emit('message', ${outgoing})`),
    },
  },
  {
    id: 's7-sender-excluded',
    likely:
      'Every device receives the message except the one that sent it. It should receive it like all others.',
    lookAt: 'which socket is left out',
    matches: came(/^.*, which sent it, did not hear it$/),
    programs: {
      'all but this one': sending(
        `for (const one of socket.nsp.sockets.values()) {
      if (one !== socket && [from, to].includes(one.data.user)) one.emit('message', ${outgoing})
    }`,
      ),
    },
  },
  {
    id: 's7-own-devices-forgotten',
    likely: "The sender's other devices do not receive the message.",
    lookAt: 'the target in `sendMessage` for the sender',
    matches: came(/^of .*'s devices only .*, which sent it, heard it/),
    programs: {
      'socket.emit, and the other user': sending(
        `socketsState.emit(to, 'messageSent', { from, to, text })
    socket.emit('message', ${outgoing})`,
      ),
    },
  },
  {
    id: 's7-only-the-receiver',
    likely: 'The devices of the receiver get the message, those of the sender do not.',
    lookAt: 'the targets in `sendMessage`: both users, or one?',
    matches: noneOf('from'),
    programs: {
      'emits to one': sending("socketsState.emit(to, 'messageSent', { from, to, text })"),
    },
  },
  {
    id: 's7-only-the-sender',
    likely: 'The devices of the sender get the message, those of the receiver do not.',
    lookAt: 'the targets in `sendMessage`: both users, or one?',
    matches: noneOf('to'),
    programs: {
      'emits to one': sending("socketsState.emit(from, 'messageSent', { from, to, text })"),
    },
  },
  {
    id: 's7-one-socket-per-user',
    likely: 'You keep one socket per user, so the last device replaces the one before.',
    lookAt: 'what is kept for a user: one socket, or all of them?',
    matches: came(/heard it, the last of each to connect$/),
    programs: {
      'the last one': adding('sockets.set(user, new Set([socket]))'),
    },
  },
  {
    id: 's7-first-socket-only',
    likely: 'You keep or use only the first socket of a user.',
    lookAt: 'what `add` does for a known user, and where the loop in `emit` stops',
    matches: came(/heard it, the first of each to connect$/),
    programs: {
      'when there is none yet': adding(
        'if (!sockets.has(user)) sockets.set(user, new Set([socket]))',
      ),
      'the first one found': replaceIn(
        'sockets-state.ts',
        "{\n    for (const socket of sockets.get(user) ?? []) socket.emit('message', { event, args })",
        "{\n    for (const socket of sockets.get(user) ?? []) return void socket.emit('message', { event, args })",
      ),
    },
  },
]
