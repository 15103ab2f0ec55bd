import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { emitting, sending } from './edits.ts'
import { both, came, fell, heardInstead, messageIn, moans, wanted } from './evidence-queries.ts'

const hears = "socket.on('message', (envelope: unknown, reply: unknown) => {"
const spread = (args: string) => replaceIn('connection.ts', 'fieldsOf(args))', `${args})`)
const ordinary = wanted(/to hear "message" (?!.*, after)/)

/** In what form do messages come and go? */
export const envelopes: KnownMistake[] = [
  {
    id: 's7-wrong-envelope',
    likely:
      'You listen to an event called sendMessage. All messages come as one event, message, with {event, args}.',
    lookAt: 'the event name in `socket.on`',
    matches: came(/Sent as an event of its own/),
    programs: {
      'an event for each': replaceIn(
        'connection.ts',
        hears,
        "socket.on('sendMessage', (args: unknown, reply: unknown) => {\n    const envelope = { event: 'sendMessage', args }",
      ),
      'any event': replaceIn(
        'connection.ts',
        hears,
        'socket.onAny((event: unknown, args: unknown, reply: unknown) => {\n    const envelope = { event, args }',
      ),
    },
  },
  {
    id: 's7-two-arguments',
    likely:
      'The listener expects event and args as two arguments. They come in one object, {event, args}.',
    lookAt: 'the parameters of the `message` listener',
    matches: came(/Sent as two arguments/),
    programs: {
      'event, args': replaceIn(
        'connection.ts',
        hears,
        "socket.on('message', (event: unknown, args: unknown, reply: unknown) => {\n    const envelope = { event, args }",
      ),
    },
  },
  {
    id: 's7-parses-an-object',
    likely: 'You parse the message as JSON. Socket.IO has already done that: it is an object.',
    lookAt: '`JSON.parse`',
    matches: (evidence) =>
      came(/Sent as a JSON text/)(evidence) ||
      both(ordinary, fell, moans(/not valid JSON|in JSON at|of JSON input/))(evidence),
    programs: {
      'JSON.parse': replaceIn(
        'connection.ts',
        'fieldsOf(envelope)',
        'fieldsOf(JSON.parse(String(envelope)))',
      ),
      'and ignores what is none': combine(
        replaceIn('connection.ts', 'fieldsOf(envelope)', 'fieldsOf(parse(String(envelope)))'),
        replaceIn('connection.ts', 'import { fieldsOf }', 'import { fieldsOf, parse }'),
      ),
    },
  },
  {
    id: 's7-args-spread',
    likely: 'You treat args as a list. It is an object: {to, text}.',
    lookAt: 'how the handler gets its arguments',
    matches: (evidence) =>
      came(/args are (a list|two texts)/)(evidence) ||
      both(ordinary, fell, moans(/iterable|Spread syntax|CreateListFromArrayLike/))(evidence),
    programs: {
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
  },
  {
    id: 's7-stringifies',
    likely: 'The message is sent as a JSON string. Pass the object: Socket.IO converts it.',
    lookAt: 'what you pass to `emit`',
    matches: heardInstead(
      ({ text }) => text.startsWith('"{') || text.startsWith('"messageSent", "{'),
    ),
    programs: {
      'JSON.stringify': emitting("socket.emit('message', JSON.stringify({ event, args }))"),
    },
  },
  {
    id: 's7-emits-without-envelope',
    likely:
      'The message is sent without its envelope. Devices expect one event, message, with {event, args}.',
    lookAt: "what you pass to `emit`: first 'message', then one object",
    matches: heardInstead(
      ({ event, envelope }) => event !== 'message' || typeof envelope['event'] !== 'string',
    ),
    programs: {
      'an event of its own': emitting('socket.emit(event, args)'),
      'in two pieces': emitting("socket.emit('message', event, args)"),
      'no event in it': emitting("socket.emit('message', args)"),
    },
  },
  {
    id: 's7-args-in-a-list',
    likely: 'The args that you send are a list. Devices expect an object: {from, to, text}.',
    lookAt: 'what happens to `args` before they are sent',
    matches: heardInstead(({ text }) => /"args":\[/.test(text)),
    programs: {
      '[args]': emitting("socket.emit('message', { event, args: [args] })"),
      '...args': combine(
        replaceIn('sockets-state.ts', 'args: unknown): void', '...args: unknown[]): void'),
      ),
    },
  },
  {
    id: 's7-other-event',
    likely: 'The envelope contains another event name than messageSent.',
    lookAt: 'the name of the event that is sent',
    matches: heardInstead(({ envelope }) => envelope['event'] !== 'messageSent'),
    programs: {
      'the one that came in': sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'sendMessage', { from, to, text })
    }`),
    },
  },
  {
    id: 's7-other-fields',
    likely: 'The message has other fields than {from, to, text} in args.',
    lookAt: 'the fields of the message, character by character',
    matches: heardInstead(({ args }, evidence) => {
      const { to, text } = messageIn(evidence)
      return args['to'] !== to || args['text'] !== text
    }),
    programs: {
      'without to': sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { from, text })
    }`),
      'message for text': sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { from, to, message: text })
    }`),
    },
  },
]
