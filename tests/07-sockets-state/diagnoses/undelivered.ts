import { type KnownMistake, replaceIn } from '../../../workshop/check/suite.ts'
import { adding, known, sending } from './edits.ts'
import { both, came, wanted } from './evidence-queries.ts'

/** Whom does a message not reach, for reasons that are not plain to see? */
export const unheard: KnownMistake[] = [
  {
    id: 's7-not-to-oneself',
    likely: 'A message to yourself is not delivered.',
    lookAt: 'what happens when `from` and `to` are equal',
    matches: both(wanted(/"buy milk"/), came(/^nobody heard it/)),
    programs: {
      'not to oneself': replaceIn(
        'handlers.ts',
        known,
        `${known}\n    if (to === from) return { ok: true }`,
      ),
    },
  },
  {
    id: 's7-good-message-refused',
    likely: 'A valid message is refused.',
    lookAt: 'what is validated before a message is sent, and where the answer below comes from',
    matches: came(/^nobody heard it; it is answered with .*(err|unknown|no |not )/i),
    programs: {
      'another name for the event': replaceIn(
        'handlers.ts',
        '  sendMessage(',
        '  sentMessage(',
      ),
      'another name for a field': replaceIn(
        'handlers.ts',
        'sendMessage(socket, { to, text })',
        'sendMessage(socket, { to, message: text })',
      ),
    },
  },
  {
    id: 's7-nobody-hears',
    likely:
      'The message was received and delivered to no device: the state is empty, or `emit` looks under another name than `add` uses.',
    lookAt: 'the user that `add` gets, and the user that `emit` looks up',
    matches: came(/^nobody heard it/),
    programs: {
      'never added': replaceIn(
        'connection.ts',
        '  socketsState.add(socket.data.user, socket)\n',
        '',
      ),
      'the id in place of the user': replaceIn(
        'connection.ts',
        'socketsState.add(socket.data.user, socket)',
        'socketsState.add(socket.id, socket)',
      ),
      'only an answer': sending(''),
    },
  },
  {
    id: 's7-not-every-device',
    likely: 'Some devices of the two users receive the message, and others do not.',
    lookAt: 'what `add` keeps, and what `emit` loops over',
    matches: came(/did not hear it|^only |'s devices heard it/),
    programs: {
      'two at most': adding(
        'const devices = sockets.get(user) ?? new Set()\n    if (devices.size < 2) sockets.set(user, devices.add(socket))',
      ),
    },
  },
]
