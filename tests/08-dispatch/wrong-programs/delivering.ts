import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { publish, deliver } from '../edits.ts'

export const deliveringPrograms: WrongPrograms = {
  's8-parsed-again': {
    'as it comes': replaceIn(
      'dispatch.ts',
      'fieldsOf(message)',
      'fieldsOf(JSON.parse(`${message}`))',
    ),
  },
  's8-to-all-users': {
    'to every socket': combine(
      replaceIn(
        'chat.ts',
        "io.on('connection', onConnection)",
        "io.on('connection', onConnection)\n  bus.on('outgoing_socket_message', ({ event, args }) => io.emit('message', { event, args }))",
      ),
      replaceIn('dispatch.ts', deliver, 'void [id, event, args, socketsState]'),
    ),
  },
  's8-local-and-dispatch': {
    'in dispatch()': replaceIn(
      'dispatch.ts',
      publish,
      `${publish}\n  socketsState.emit(message.id, message.event, message.args)`,
    ),
  },
  's8-echo-to-the-sender': {
    'at once': replaceIn(
      'handlers.ts',
      'const from = socket.data.user\n',
      "const from = socket.data.user\n    socket.emit('message', { event: 'messageSent', args: { from, to, text } })\n",
    ),
  },
  's8-other-field-for-id': {
    'the receiver in args': replaceIn(
      'dispatch.ts',
      deliver,
      'socketsState.emit(Object(args).to, event, args)',
    ),
    'the sender in args': replaceIn(
      'dispatch.ts',
      deliver,
      'socketsState.emit(Object(args).from ?? id, event, args)',
    ),
  },
  's8-not-its-own-devices': {
    'ignores what it published': combine(
      replaceIn('dispatch.ts', publish, 'bus.emit(CHANNEL, { ...message, by: process.pid })'),
      replaceIn('dispatch.ts', deliver, `if (Object(message).by !== process.pid) ${deliver}`),
    ),
  },
  's8-taken-for-its-own': {
    'all have the same name': combine(
      replaceIn(
        'dispatch.ts',
        publish,
        `${publish}\n  socketsState.emit(message.id, message.event, message.args)`,
      ),
      replaceIn('dispatch.ts', publish, "bus.emit(CHANNEL, { ...message, by: 'me' })"),
      replaceIn('dispatch.ts', deliver, `if (Object(message).by !== 'me') ${deliver}`),
    ),
  },
  's8-other-event': {
    'the event by its own name': replaceIn(
      'sockets-state.ts',
      "socket.emit('message', { event, args })",
      'socket.emit(event, args)',
    ),
    'the event without its args': replaceIn(
      'dispatch.ts',
      'socketsState.emit(id, event, args)',
      'socketsState.emit(id, event, undefined)',
    ),
    'the user as its args': replaceIn(
      'dispatch.ts',
      'socketsState.emit(id, event, args)',
      'socketsState.emit(id, event, id)',
    ),
    'args without their event': replaceIn(
      'sockets-state.ts',
      "socket.emit('message', { event, args })",
      "socket.emit('message', args)",
    ),
  },
  's8-wrapped-twice': {
    'as the event message': replaceIn(
      'dispatch.ts',
      deliver,
      "socketsState.emit(id, 'message', { event, args })",
    ),
    'under its own name': replaceIn(
      'dispatch.ts',
      deliver,
      'socketsState.emit(id, event, { event, args })',
    ),
  },
  'channel-for-message': {
    'swapped parameters': replaceIn(
      'dispatch.ts',
      'subscribe(bus, CHANNEL, deliver)',
      'subscribe(bus, CHANNEL, (_channel: unknown, message?: unknown) => deliver(message))',
    ),
  },
  's8-not-delivered': {
    'another field': replaceIn(
      'dispatch.ts',
      'const { event, id, args } =',
      'const { event, user: id, args } =',
    ),
    'swapped arguments': replaceIn(
      'dispatch.ts',
      deliver,
      'socketsState.emit(event, id, args)',
    ),
    'read as a text': replaceIn(
      'dispatch.ts',
      'fieldsOf(message)',
      'fieldsOf(String(message))',
    ),
    'only printed': replaceIn(
      'dispatch.ts',
      deliver,
      'console.log(socketsState, id, event, args)',
    ),
  },
  's8-remembers-messages': {
    'each content once': combine(
      replaceIn('dispatch.ts', 'let bus: Bus', 'let bus: Bus\nconst seen = new Set()'),
      replaceIn(
        'dispatch.ts',
        deliver,
        `const content = JSON.stringify(message)
  if (seen.has(content)) return
  seen.add(content)
  ${deliver}`,
      ),
    ),
  },
}
