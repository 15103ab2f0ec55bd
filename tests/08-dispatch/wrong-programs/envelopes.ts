import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { loop, publish, messageSent, withState } from '../edits.ts'

export const envelopesPrograms: WrongPrograms = {
  's8-other-channel': {
    'a plural': replaceIn(
      'dispatch.ts',
      "'outgoing_socket_message'",
      "'outgoing_socket_messages'",
    ),
    'a channel per user': replaceIn(
      'dispatch.ts',
      publish,
      'bus.emit(`${CHANNEL}:${message.id}`, message)',
    ),
  },
  's8-from-client': {
    'a field of the message': combine(
      replaceIn(
        'handlers.ts',
        'sendMessage(socket, { to, text })',
        'sendMessage(socket, { to, text, from: me })',
      ),
      replaceIn(
        'handlers.ts',
        'const from = socket.data.user',
        'const from = isText(me, MAX_LENGTH.name) ? me : socket.data.user',
      ),
    ),
  },
  's8-id-of-a-socket': {
    'of the device that has left': replaceIn(
      'handlers.ts',
      'id: user, args: { device, instance }',
      'id: socket.id, args: { device, instance }',
    ),
    'of the socket that sends': replaceIn(
      'handlers.ts',
      messageSent,
      "dispatch({ event: 'messageSent', id: id === from ? socket.id : id, args: { from, to, text } })",
    ),
    'of every socket that is here': replaceIn(
      'handlers.ts',
      messageSent,
      "for (const one of socket.nsp.sockets.values()) dispatch({ event: 'messageSent', id: one.id, args: { from, to, text } })",
    ),
  },
  's8-one-user-only': {
    'the receiver': replaceIn('handlers.ts', loop, 'for (const id of [to]) {'),
    'the sender': replaceIn('handlers.ts', loop, 'for (const id of [from]) {'),
    'the receiver, in each round of the loop': replaceIn(
      'handlers.ts',
      messageSent,
      messageSent.replace(' id,', ' id: id && to,'),
    ),
  },
  's8-delivered-directly': {
    'the receiver, and the socket that sends': combine(
      replaceIn('handlers.ts', loop, 'for (const id of [to]) {'),
      replaceIn(
        'handlers.ts',
        'const from = socket.data.user\n',
        "const from = socket.data.user\n    socket.emit('message', { event: 'messageSent', args: { from, to, text } })\n",
      ),
    ),
    'only users who are not here': combine(
      withState,
      replaceIn(
        'handlers.ts',
        messageSent,
        `if (socketsState.count()[id]) socketsState.emit(id, 'messageSent', { from, to, text })
      else ${messageSent}`,
      ),
    ),
    'dispatch() publishes for users who are not here': replaceIn(
      'dispatch.ts',
      publish,
      'if (socketsState.count()[message.id]) socketsState.emit(message.id, message.event, message.args)\n  else ' +
        publish,
    ),
  },
  's8-other-fields': {
    userId: combine(
      replaceIn(
        'dispatch.ts',
        publish,
        'bus.emit(CHANNEL, { userId: message.id, event: message.event, args: message.args })',
      ),
      replaceIn(
        'dispatch.ts',
        'const { event, id, args } =',
        'const { event, userId: id, args } =',
      ),
    ),
    'three arguments for emit()': replaceIn(
      'dispatch.ts',
      publish,
      'bus.emit(CHANNEL, message.event, message.id, message.args)',
    ),
    'args as a text': replaceIn(
      'handlers.ts',
      messageSent,
      "dispatch({ event: 'messageSent', id, args: JSON.stringify({ from, to, text }) })",
    ),
    'the text alone': replaceIn(
      'handlers.ts',
      messageSent,
      "dispatch({ event: 'messageSent', id, args: text })",
    ),
    'both users in one': replaceIn(
      'handlers.ts',
      `${loop}\n      ${messageSent}\n    }`,
      "dispatch({ event: 'messageSent', id: `${from},${to}`, args: { from, to, text } })",
    ),
  },
  's8-published-twice': {
    'a message to herself': replaceIn(
      'handlers.ts',
      'for (const id of new Set([from, to])) {',
      'for (const id of [from, to]) {',
    ),
  },
}
