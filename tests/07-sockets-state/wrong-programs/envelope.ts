import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { sending, emitting } from '../edits.ts'

const listens = "socket.on('message', (envelope: unknown, reply: unknown) => {"
const spread = (args: string) => replaceIn('connection.ts', 'fieldsOf(args))', `${args})`)

/** The form in which messages come and go. */
export const envelopes: WrongPrograms = {
  's7-wrong-envelope': {
    'an event for each': replaceIn(
      'connection.ts',
      listens,
      "socket.on('sendMessage', (args: unknown, reply: unknown) => {\n    const envelope = { event: 'sendMessage', args }",
    ),
    'any event': replaceIn(
      'connection.ts',
      listens,
      'socket.onAny((event: unknown, args: unknown, reply: unknown) => {\n    const envelope = { event, args }',
    ),
  },
  's7-two-arguments': {
    'event, args': replaceIn(
      'connection.ts',
      listens,
      "socket.on('message', (event: unknown, args: unknown, reply: unknown) => {\n    const envelope = { event, args }",
    ),
  },
  's7-parses-an-object': {
    'JSON.parse': replaceIn(
      'connection.ts',
      'fieldsOf(envelope)',
      'fieldsOf(JSON.parse(String(envelope)))',
    ),
    'and ignores what is none': combine(
      replaceIn('connection.ts', 'fieldsOf(envelope)', 'fieldsOf(parse(envelope))'),
      replaceIn(
        'connection.ts',
        'export function ',
        'function parse(text: unknown) { try { return JSON.parse(String(text)) } catch {} }\n\nexport function ',
      ),
    ),
  },
  's7-args-spread': {
    '...args': spread('...args'),
    'args[0]': combine(spread('fieldsOf(args?.[0])')),
    'a list or nothing': combine(
      spread('...(Array.isArray(args) ? args : [])'),
      replaceIn(
        'handlers.ts',
        'sendMessage(socket, { to, text })',
        'sendMessage(socket, to, text)',
      ),
    ),
  },
  's7-stringifies': {
    'JSON.stringify': emitting("socket.emit('message', JSON.stringify({ event, args }))"),
  },
  's7-emits-without-envelope': {
    'an event of its own': emitting('socket.emit(event, args)'),
    'in two pieces': emitting("socket.emit('message', event, args)"),
    'no event in it': emitting("socket.emit('message', args)"),
  },
  's7-args-in-a-list': {
    '[args]': emitting("socket.emit('message', { event, args: [args] })"),
    '...args': combine(
      replaceIn('sockets-state.ts', 'args: unknown): void', '...args: unknown[]): void'),
    ),
  },
  's7-other-event': {
    'the one that came in': sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'sendMessage', { from, to, text })
    }`),
  },
  's7-text-changed': {
    'escaped for HTML': replaceIn(
      'handlers.ts',
      "socketsState.emit(user, 'messageSent', { from, to, text })",
      "socketsState.emit(user, 'messageSent', { from, to, text: text.replaceAll('<', '&lt;') })",
    ),
  },
  's7-other-fields': {
    'without to': sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { from, text })
    }`),
    'message for text': sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { from, to, message: text })
    }`),
    'no args at all': emitting("socket.emit('message', { event })"),
    'from and to swapped': sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { from: to, to: from, text })
    }`),
  },
}
