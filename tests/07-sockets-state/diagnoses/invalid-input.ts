import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { plainObject } from './edits.ts'
import { both, fell, moans, wanted } from './evidence-queries.ts'

const looks = "const known = typeof event === 'string' && Object.hasOwn(handlers, event)"
const calls = "return handler ? handler(socket, fieldsOf(args)) : { error: 'unknown event' }"
const replies = "if (typeof reply === 'function') reply(answer)"
const checksTo = `if (!isText(to, MAX_LENGTH.name)) return { error: 'expected {"to":"grace","text":"hello"}' }`
const checksText =
  'if (!isText(text, MAX_LENGTH.text))\n      return { error: `expected 1 to ${MAX_LENGTH.text} characters` }'
const inherits = wanted(/the unknown event that every object has/)

/** What a device could say that was not agreed on. */
export const nonsense: KnownMistake[] = [
  {
    id: 's7-inherited-handler',
    likely:
      'You look handlers up in a plain object, which inherits names such as constructor and toString. They count as events.',
    lookAt: 'how a handler is found: use Object.hasOwn() or a Map',
    matches: inherits,
    programs: {
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
  },
  {
    id: 's7-unknown-event-crash',
    likely:
      'An unknown event ends the program: there is no handler of that name, and it is called without a check.',
    lookAt: 'what happens between the name of an event and the call of its handler',
    matches: both(wanted(/the unknown event/), fell),
    programs: {
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
  },
  {
    id: 's7-reply-taken-for-granted',
    likely:
      'You call the acknowledgement without a check. A device that does not ask for one sends no function.',
    lookAt: 'the second argument of the `message` listener: is it a function?',
    matches: both(fell, moans(/TypeError: \w+ is not a function/)),
    programs: {
      'calls it anyway': replaceIn('connection.ts', replies, 'reply(answer)'),
      'is there something?': replaceIn('connection.ts', replies, 'if (reply) reply(answer)'),
    },
  },
  {
    id: 's7-envelope-taken-for-granted',
    likely: 'A message that is not {event, args} ends the program, for example null.',
    lookAt: 'what is done with the envelope before it is validated',
    matches: both(wanted(/the envelope|a "message" with nothing/), fell),
    programs: {
      'fields of null': replaceIn('connection.ts', 'fieldsOf(envelope)', 'envelope'),
      'in the parameters': combine(
        replaceIn(
          'connection.ts',
          '(envelope: unknown, reply: unknown) => {',
          '({ event, args }, reply: unknown) => {',
        ),
        replaceIn(
          'connection.ts',
          'handle(socket, envelope)',
          'handle(socket, { event, args })',
        ),
      ),
      'in the parameters, async': combine(
        replaceIn(
          'connection.ts',
          '(envelope: unknown, reply: unknown) => {',
          'async ({ event, args }, reply: unknown) => {',
        ),
        replaceIn(
          'connection.ts',
          'handle(socket, envelope)',
          'handle(socket, { event, args })',
        ),
      ),
      'an object for a name': replaceIn(
        'connection.ts',
        looks,
        'const known = Object.hasOwn(handlers, event)',
      ),
    },
  },
  {
    id: 's7-args-taken-for-granted',
    likely:
      'Arguments of another type end the program. They can be missing, null or anything else.',
    lookAt: 'what each handler does with its arguments first',
    matches: both(wanted(/the arguments of/), fell),
    programs: {
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
  },
]
