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
      'the instance listens to an event called sendMessage. In this chat all that devices say comes as one event, message, with {event, args} in it.',
    lookAt: 'what `socket.on` waits for',
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
      'the handler expects event and args as two arguments. They come in one object, {event, args}.',
    lookAt: 'the parameters of the listener for `message`',
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
    likely:
      'what a device says is parsed as JSON once more. Socket.IO has done that: what arrives is an object already.',
    lookAt: '`JSON.parse`: is there a text to parse?',
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
    likely:
      'args is taken for a list, and spread or counted through. It is an object with names in it: {to, text}.',
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
    likely:
      'the message is sent as a text that holds JSON. Socket.IO does that itself: give it the object.',
    lookAt: 'what `emit` is given',
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
      'the message is sent as an event of its own, or in pieces. Devices wait for one event, message, with {event, args} in it.',
    lookAt: 'what `emit` is given: first the event, message, then one object',
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
    likely: 'the args of what is sent are a list. Devices expect an object: {from, to, text}.',
    lookAt: 'what becomes of `args` on the way out',
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
    likely: 'the envelope is right, and names another event: devices wait for messageSent.',
    lookAt: 'the name of the event that goes out',
    matches: heardInstead(({ envelope }) => envelope['event'] !== 'messageSent'),
    programs: {
      'the one that came in': sending(`for (const user of new Set([from, to])) {
      socketsState.emit(user, 'sendMessage', { from, to, text })
    }`),
    },
  },
  {
    id: 's7-other-fields',
    likely:
      'the message is there, and its fields are not: devices expect {from, to, text} in args.',
    lookAt: 'the fields of what is sent, letter by letter',
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
