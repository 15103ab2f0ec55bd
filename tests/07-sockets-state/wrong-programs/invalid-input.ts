import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { plainObject } from '../edits.ts'

const looks = "const known = typeof event === 'string' && Object.hasOwn(handlers, event)"
const calls = "return handler ? handler(socket, fieldsOf(args)) : { error: 'unknown event' }"
const replies = "if (typeof reply === 'function') reply(answer)"
const checksTo = `if (!isText(to, MAX_LENGTH.name)) return { error: 'expected {"to":"grace","text":"hello"}' }`
const checksText =
  'if (!isText(text, MAX_LENGTH.text))\n      return { error: `expected 1 to ${MAX_LENGTH.text} characters` }'

/** Input that was not agreed on, and that ends the program. */
export const invalidInput: WrongPrograms = {
  's7-inherited-handler': {
    'is there something?': replaceIn(
      'connection.ts',
      looks,
      "const known = typeof event === 'string' && handlers[event]",
    ),
    in: replaceIn(
      'connection.ts',
      looks,
      "const known = typeof event === 'string' && event in handlers",
    ),
    'is it a function?': replaceIn(
      'connection.ts',
      looks,
      "const known = typeof event === 'string' && typeof handlers[event] === 'function'",
    ),
    'with a net': combine(
      replaceIn(
        'connection.ts',
        looks,
        "const known = typeof event === 'string' && event in handlers",
      ),
      replaceIn('connection.ts', calls, `try { ${calls} } catch { return { ok: true } }`),
    ),
  },
  's7-unknown-event-crash': {
    'calls what is not there': combine(
      replaceIn('connection.ts', looks, 'const known = true'),
      replaceIn('connection.ts', calls, 'return handler(socket, fieldsOf(args))'),
    ),
    'throws at it': replaceIn(
      'connection.ts',
      calls,
      "if (!handler) throw new Error('unknown event')\n  return handler(socket, fieldsOf(args))",
    ),
    'in an async listener': combine(
      replaceIn(
        'connection.ts',
        '(envelope: unknown, reply: unknown) => {',
        'async (envelope: unknown, reply: unknown) => {',
      ),
      replaceIn('connection.ts', looks, 'const known = true'),
      replaceIn('connection.ts', calls, 'return handler(socket, fieldsOf(args))'),
    ),
  },
  's7-reply-taken-for-granted': {
    'calls it anyway': replaceIn('connection.ts', replies, 'reply(answer)'),
    'is there something?': replaceIn('connection.ts', replies, 'if (reply) reply(answer)'),
  },
  's7-envelope-taken-for-granted': {
    'fields of null': replaceIn('connection.ts', 'fieldsOf(envelope)', 'envelope'),
    'in the parameters': combine(
      replaceIn(
        'connection.ts',
        '(envelope: unknown, reply: unknown) => {',
        '({ event, args }, reply: unknown) => {',
      ),
      replaceIn('connection.ts', 'handle(socket, envelope)', 'handle(socket, { event, args })'),
    ),
    'in the parameters, async': combine(
      replaceIn(
        'connection.ts',
        '(envelope: unknown, reply: unknown) => {',
        'async ({ event, args }, reply: unknown) => {',
      ),
      replaceIn('connection.ts', 'handle(socket, envelope)', 'handle(socket, { event, args })'),
    ),
  },
  's7-event-not-a-text': {
    'an object for a name': replaceIn(
      'connection.ts',
      looks,
      'const known = Object.hasOwn(handlers, event)',
    ),
    'in the text of the error': replaceIn(
      'connection.ts',
      "{ error: 'unknown event' }",
      '{ error: `unknown event ${event}` }',
    ),
    'event.startsWith()': replaceIn(
      'connection.ts',
      looks,
      "const known = event !== undefined && !event.startsWith('_') && Object.hasOwn(handlers, event)",
    ),
  },
  's7-too-many-messages': {
    'twenty in a second': combine(
      replaceIn(
        'connection.ts',
        'function handle(',
        'let recent: number[] = []\n\nfunction handle(',
      ),
      replaceIn(
        'connection.ts',
        '  const { event, args } = fieldsOf(envelope)\n',
        `  recent = recent.filter((at) => Date.now() - at < 1000)
  if (recent.push(Date.now()) > 20) return { error: 'too many messages' }
  const { event, args } = fieldsOf(envelope)
`,
      ),
    ),
  },
  's7-args-taken-for-granted': {
    'fields of nothing': replaceIn('connection.ts', 'fieldsOf(args))', 'args)'),
    'text.trim()': replaceIn(
      'handlers.ts',
      checksText,
      "if (text.trim() === '') return { error: 'no text' }",
    ),
    'an async handler': combine(
      replaceIn('connection.ts', 'fieldsOf(args))', 'args)'),
      replaceIn(
        'connection.ts',
        '(envelope: unknown, reply: unknown) => {',
        'async (envelope: unknown, reply: unknown) => {',
      ),
    ),
    'an object as a key': combine(
      plainObject(
        "for (const socket of Object.hasOwn(sockets, user) ? sockets[user] : []) socket.emit('message', { event, args })",
      ),
      replaceIn(
        'handlers.ts',
        checksTo,
        "if (!to || typeof to === 'number' || Array.isArray(to)) return { error: 'to whom?' }",
      ),
    ),
  },
}
