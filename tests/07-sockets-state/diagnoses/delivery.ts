import { type KnownMistake, replaceIn } from '../../../workshop/check/suite.ts'
import { adding, known, outgoing, sending, toEach } from './edits.ts'
import { both, came, messageIn, wanted } from './evidence-queries.ts'

const repeated = came(/^it heard it \d+ times/)

const noneOf = (which: 'from' | 'to'): KnownMistake['matches'] => {
  return (evidence) =>
    evidence.received.startsWith(`none of ${String(messageIn(evidence)[which])}'s devices`)
}

/** Whom does a message reach, and how often? */
export const delivery: KnownMistake[] = [
  {
    id: 's7-to-everyone',
    likely:
      'the message goes to everybody who is connected, also to those it is not for. What two users write to each other is their own business.',
    lookAt: 'to whom it is emitted: `io.emit` and `socket.broadcast` mean all',
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
      'who writes to herself is sender and receiver, and gets two copies on each device: one for each of them.',
    lookAt: 'what happens when `from` and `to` are the same',
    matches: both(wanted(/"buy milk" once/), repeated),
    programs: {
      'once for each of the two': replaceIn('handlers.ts', 'new Set([from, to])', '[from, to]'),
    },
  },
  {
    id: 's7-more-than-once',
    likely:
      'a device gets the same message more than once: a loop stands in a loop, a listener was put in place more than once, or it is sent in two ways.',
    lookAt: 'how often `emit` runs for one message and one device, and how often `on(…)`',
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
    likely:
      'the message only goes back to the device that sent it. Nobody else hears it, not even the other devices of the same user.',
    lookAt: 'what `sendMessage` emits to: one socket, or all those of both users?',
    matches: came(/^only .* heard it, which sent it$/),
    programs: {
      'socket.emit': sending(`socket.emit('message', ${outgoing})`),
    },
  },
  {
    id: 's7-sender-excluded',
    likely:
      'every device hears the message but the one that sent it. It should hear it like all others: then each shows the same.',
    lookAt: 'whom the emitting leaves out',
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
    likely:
      'of the devices of the one who writes, only the one at hand hears it. Who writes on the phone wants to find it on the computer.',
    lookAt: 'whom `sendMessage` emits to on the side of the sender',
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
    likely:
      'only the one it was sent to hears the message. The devices of the one who has sent it show nothing.',
    lookAt: 'whom `sendMessage` emits to: both users, or one?',
    matches: noneOf('from'),
    programs: {
      'emits to one': sending("socketsState.emit(to, 'messageSent', { from, to, text })"),
    },
  },
  {
    id: 's7-only-the-sender',
    likely: 'the devices of the sender hear the message, those of the one it is for do not.',
    lookAt: 'whom `sendMessage` emits to: both users, or one?',
    matches: noneOf('to'),
    programs: {
      'emits to one': sending("socketsState.emit(from, 'messageSent', { from, to, text })"),
    },
  },
  {
    id: 's7-one-socket-per-user',
    likely:
      'there is room for one device of each user: the last one to connect takes the place of the one before.',
    lookAt: 'what is kept for a user: one socket, or all of them?',
    matches: came(/heard it, the last of each to connect$/),
    programs: {
      'the last one': adding('sockets.set(user, new Set([socket]))'),
    },
  },
  {
    id: 's7-first-socket-only',
    likely: 'only the first device of each user is kept, or only the first one is told.',
    lookAt: 'what `add` does for a user who is there already, and where `emit` stops',
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
