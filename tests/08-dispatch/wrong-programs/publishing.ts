import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { publish, messageSent, withState } from '../edits.ts'

export const publishingPrograms: WrongPrograms = {
  's8-redispatch-loop': {
    'dispatches what it received': replaceIn(
      'dispatch.ts',
      'socketsState.emit(id, event, args)',
      'socketsState.emit(id, event, args)\n  dispatch({ event, id, args })',
    ),
    'for a user who is not here': combine(
      replaceIn(
        'dispatch.ts',
        'socketsState.emit(id, event, args)',
        'if (socketsState.count()[id]) socketsState.emit(id, event, args)\n  else dispatch({ event, id, args })',
      ),
    ),
  },
  's8-no-bus': {
    'a parameter of the same name': replaceIn(
      'dispatch.ts',
      'openDispatch(to: Bus): Promise<void> {\n  bus = to\n',
      'openDispatch(bus: Bus): Promise<void> {\n',
    ),
    'openDispatch() is not called': replaceIn(
      'chat.ts',
      'await openDispatch(bus) // first: a connected device must not miss a message',
      '',
    ),
  },
  's8-not-serialisable': {
    'the socket itself': replaceIn(
      'handlers.ts',
      messageSent,
      "dispatch({ event: 'messageSent', id, args: { from: socket, to, text } })",
    ),
    'a socket beside the message': replaceIn(
      'handlers.ts',
      messageSent,
      "dispatch({ event: 'messageSent', id, args: { from, to, text }, socket })",
    ),
  },
  's8-local-emit-only': {
    'dispatch() emits': replaceIn(
      'dispatch.ts',
      publish,
      'socketsState.emit(message.id, message.event, message.args)',
    ),
    'the handler emits': combine(
      withState,
      replaceIn(
        'handlers.ts',
        messageSent,
        "socketsState.emit(id, 'messageSent', { from, to, text })",
      ),
    ),
  },
  's8-nothing-published': {
    'dispatch() does nothing': replaceIn('dispatch.ts', publish, 'void message'),
  },
  's8-undefined-payload': {
    'the channel alone': replaceIn('dispatch.ts', publish, 'bus.emit(CHANNEL, undefined)'),
  },
  's8-double-stringify': {
    'published as a text': replaceIn(
      'dispatch.ts',
      publish,
      'bus.emit(CHANNEL, JSON.stringify(message))',
    ),
    'and read as a text': combine(
      replaceIn('dispatch.ts', publish, 'bus.emit(CHANNEL, JSON.stringify(message))'),
      replaceIn('dispatch.ts', 'fieldsOf(message)', 'fieldsOf(JSON.parse(String(message)))'),
    ),
  },
}
