import { type KnownMistake, replaceIn } from '../../../workshop/check/suite.ts'
import { adding, known, sending } from './edits.ts'
import { both, came, wanted } from './evidence-queries.ts'

/** Whom does a message not reach, for reasons that are not plain to see? */
export const unheard: KnownMistake[] = [
  {
    id: 's7-not-to-oneself',
    likely: 'a message to oneself is left out. It is a note for the own devices.',
    lookAt: 'what happens when `from` and `to` are the same',
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
    likely:
      'a message as good as any is refused: what is expected of it is not what devices send.',
    lookAt: 'what is looked at before a message is sent, and where the answer below comes from',
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
      'the message has come in, and no device hears of it: the state is empty, or filled under other names than `emit` looks for.',
    lookAt: 'who calls `add`, with which user, and whose devices `emit` looks up',
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
    likely: 'some devices of the two users hear the message, and others do not.',
    lookAt: 'what `add` keeps, and over what `emit` goes',
    matches: came(/did not hear it|^only |'s devices heard it/),
    programs: {
      'two at most': adding(
        'const devices = sockets.get(user) ?? new Set()\n    if (devices.size < 2) sockets.set(user, devices.add(socket))',
      ),
    },
  },
]
