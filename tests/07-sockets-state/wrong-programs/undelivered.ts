import { type WrongPrograms, replaceIn } from '../../../workshop/check/suite.ts'
import { known, sending, adding } from '../edits.ts'

/** Messages that reach no device, or some devices only. */
export const undelivered: WrongPrograms = {
  's7-not-to-oneself': {
    'not to oneself': replaceIn(
      'handlers.ts',
      known,
      `${known}\n    if (to === from) return { ok: true }`,
    ),
  },
  's7-good-message-refused': {
    'the limit of a name': replaceIn(
      'handlers.ts',
      'isText(text, MAX_LENGTH.text)',
      'isText(text, MAX_LENGTH.name)',
    ),
    'another name for the event': replaceIn('handlers.ts', '  sendMessage(', '  sentMessage('),
    'another name for a field': replaceIn(
      'handlers.ts',
      'sendMessage(socket, { to, text })',
      'sendMessage(socket, { to, message: text })',
    ),
  },
  's7-delivered-to-none': {
    'for … in': replaceIn(
      'sockets-state.ts',
      'for (const socket of sockets.get(user) ?? [])',
      'for (const socket in sockets.get(user) ?? [])',
    ),
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
  's7-not-every-device': {
    'two at most': adding(
      'const devices = sockets.get(user) ?? new Set()\n    if (devices.size < 2) sockets.set(user, devices.add(socket))',
    ),
  },
}
