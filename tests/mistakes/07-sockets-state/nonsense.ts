import { type Mistake, all, change } from '../../support/index.ts'
import { plainObject } from './programs.ts'
import { both, came, fell, moans, wanted } from './seen.ts'

const looks = "const known = typeof event === 'string' && Object.hasOwn(handlers, event)"
const picks = 'const handler = known ? handlers[event] : undefined'
const calls =
  "return handler ? handler(socket, fieldsOf(args)) : { error: 'there is no such event' }"
const replies = "if (typeof reply === 'function') reply(answer)"
const checksTo = `if (!isText(to, MOST.name)) return { error: 'expected {"to":"grace","text":"hello"}' }`
const checksText =
  'if (!isText(text, MOST.text)) return { error: `expected 1 to ${MOST.text} characters` }'
const inherits = wanted(/the unknown event that every object has/)
const absent = wanted(/who is not connected$/)
const answered = wanted(/to be answered with an error$/)
const nobody = wanted(/to reach nobody$/)

/** What a device could say that is not what was agreed on. */
export const nonsense: Mistake[] = [
  {
    id: 's7-inherited-handler',
    likely:
      'a handler is looked up in an object, and every object has more names than one has given it: constructor, toString, __proto__. They pass for events.',
    lookAt: 'how a handler is found: Object.hasOwn(), or a Map',
    seen: inherits,
    programs: {
      'is there something?': change(
        'connection.ts',
        looks,
        "const known = typeof event === 'string' && handlers[event]",
      ),
      in: change(
        'connection.ts',
        looks,
        "const known = typeof event === 'string' && event in handlers",
      ),
      'is it a function?': change(
        'connection.ts',
        looks,
        "const known = typeof event === 'string' && typeof handlers[event] === 'function'",
      ),
      'with a net': all(
        change(
          'connection.ts',
          looks,
          "const known = typeof event === 'string' && event in handlers",
        ),
        change('connection.ts', calls, `try { ${calls} } catch { return { ok: true } }`),
      ),
    },
  },
  {
    id: 's7-unknown-event-crash',
    likely:
      'an event nobody knows ended the program, and with it everybody’s connection: there is no handler of that name, and it was called all the same.',
    lookAt: 'what happens between the name of an event and the call of its handler',
    seen: both(wanted(/, after the unknown event/), fell),
    programs: {
      'calls what is not there': all(
        change('connection.ts', looks, 'const known = true'),
        change('connection.ts', calls, 'return handler(socket, fieldsOf(args))'),
      ),
      'throws at it': change(
        'connection.ts',
        calls,
        "if (!handler) throw new Error('unknown event')\n  return handler(socket, fieldsOf(args))",
      ),
      'in an async listener': all(
        change(
          'connection.ts',
          '(envelope: unknown, reply: unknown) => {',
          'async (envelope: unknown, reply: unknown) => {',
        ),
        change('connection.ts', looks, 'const known = true'),
        change('connection.ts', calls, 'return handler(socket, fieldsOf(args))'),
      ),
    },
  },
  {
    id: 's7-reply-taken-for-granted',
    likely:
      'the acknowledgement is called although there is none: a device that does not ask for one sends no function, and one that means harm sends something else.',
    lookAt: 'the second argument of the listener for `message`: is it a function?',
    seen: both(fell, moans(/TypeError: \w+ is not a function/)),
    programs: {
      'calls it anyway': change('connection.ts', replies, 'reply(answer)'),
      'is there something?': change('connection.ts', replies, 'if (reply) reply(answer)'),
    },
  },
  {
    id: 's7-envelope-taken-for-granted',
    likely:
      'a message that is no {event, args} ended the program: null has no fields, and an object is no name. A device can send anything.',
    lookAt: 'what is done with the envelope before anybody has looked what it is',
    seen: both(wanted(/, after (the envelope|a "message" with nothing)/), fell),
    programs: {
      'fields of null': change('connection.ts', 'fieldsOf(envelope)', 'envelope'),
      'in the parameters': all(
        change(
          'connection.ts',
          '(envelope: unknown, reply: unknown) => {',
          '({ event, args }, reply: unknown) => {',
        ),
        change('connection.ts', 'handle(socket, envelope)', 'handle(socket, { event, args })'),
      ),
      'in the parameters, async': all(
        change(
          'connection.ts',
          '(envelope: unknown, reply: unknown) => {',
          'async ({ event, args }, reply: unknown) => {',
        ),
        change('connection.ts', 'handle(socket, envelope)', 'handle(socket, { event, args })'),
      ),
      'an object for a name': change(
        'connection.ts',
        looks,
        'const known = Object.hasOwn(handlers, event)',
      ),
    },
  },
  {
    id: 's7-args-taken-for-granted',
    likely:
      'arguments that are not what was expected ended the program. They can be missing, null, or of any type: look before you use them.',
    lookAt: 'what each handler does with its arguments first',
    seen: both(wanted(/, after the arguments of/), fell),
    programs: {
      'fields of nothing': change('connection.ts', 'fieldsOf(args))', 'args)'),
      'text.trim()': change(
        'handlers.ts',
        checksText,
        "if (text.trim() === '') return { error: 'no text' }",
      ),
      'an async handler': all(
        change('connection.ts', 'fieldsOf(args))', 'args)'),
        change(
          'connection.ts',
          '(envelope: unknown, reply: unknown) => {',
          'async (envelope: unknown, reply: unknown) => {',
        ),
      ),
      'an object as a key': all(
        plainObject(
          "for (const socket of Object.hasOwn(sockets, user) ? sockets[user] : []) socket.emit('message', { event, args })",
        ),
        change('handlers.ts', checksTo, "if (!to) return { error: 'to whom?' }"),
      ),
    },
  },
  {
    id: 's7-relays-anything',
    likely:
      'an event that this instance does not know is passed on to others. Devices then hear whatever somebody makes up.',
    lookAt: 'what happens to events without a handler',
    seen: both(nobody, wanted(/the unknown event/)),
    programs: {
      'passes it on': change(
        'connection.ts',
        calls,
        "if (handler) return handler(socket, fieldsOf(args))\n  socketsState.emit(String(fieldsOf(args).to), String(event), args)\n  return { error: 'unknown' }",
      ),
    },
  },
  {
    id: 's7-text-not-limited',
    likely:
      'a text of a megabyte is delivered to every device. Socket.IO stops that by itself, unless maxHttpBufferSize is raised.',
    lookAt: 'how long a text may be, and the options of the server',
    seen: both(nobody, wanted(/a text of 1 MB/)),
    programs: {
      'no limit at all': all(
        change(
          'index.ts',
          'new Server(server)',
          'new Server(server, { maxHttpBufferSize: 1e8 })',
        ),
        change('handlers.ts', ' && value.length <= most', ' && most > 0'),
      ),
    },
  },
  {
    id: 's7-args-not-checked',
    likely:
      'a message with arguments that are missing, or of another type, is delivered all the same. Whoever gets it expects two texts.',
    lookAt: 'what `sendMessage` makes sure of before it emits',
    seen: nobody,
    programs: {
      'to is not looked at': change('handlers.ts', checksTo, ''),
      'text is not looked at': change('handlers.ts', checksText, ''),
      'is there something?': all(
        change('handlers.ts', checksTo, "if (!to) return { error: 'to whom?' }"),
        change('handlers.ts', checksText, "if (!text) return { error: 'no text' }"),
      ),
      'says no, and goes on': change(
        'handlers.ts',
        `    ${checksText}`,
        "    const answer = isText(text, MOST.text) ? { ok: true } : { error: 'no' }\n    if (answer.error) socket.emit('message', { event: 'problem' })",
      ),
    },
  },
  {
    id: 's7-error-sent-as-object',
    likely:
      'an Error arrives as {}: what is in it has no place in JSON. Send its message, as {error: …}.',
    lookAt: 'what the acknowledgement is given when something is refused',
    seen: both(answered, came(/with \{\}$|\[object Object\]/)),
    programs: {
      'an Error': change(
        'connection.ts',
        "{ error: 'there is no such event' }",
        "new Error('there is no such event')",
      ),
    },
  },
  {
    id: 's7-refusal-unanswered',
    likely:
      'what is refused is refused in silence. The device asked for an answer, and waits for it still.',
    lookAt: 'every way out of the listener for `message`: does each call the acknowledgement?',
    seen: both(answered, came(/^no answer came$/)),
    programs: {
      'only when all is well': change(
        'connection.ts',
        replies,
        "if ('ok' in answer && typeof reply === 'function') reply(answer)",
      ),
      'returns early': change(
        'connection.ts',
        'const answer = handle(socket, envelope)',
        'if (!Object.hasOwn(handlers, String(Object(envelope).event))) return\n    const answer = handle(socket, envelope)',
      ),
    },
  },
  {
    id: 's7-refusal-not-told',
    likely:
      'what was refused is answered like what was done: the device believes that its message was sent.',
    lookAt:
      'what the acknowledgement is given when there is no such event, or its arguments are bad',
    seen: answered,
    programs: {
      'always ok': change('connection.ts', 'reply(answer)', 'reply({ ok: true })'),
      nothing: change('connection.ts', 'reply(answer)', 'reply()'),
    },
  },
  {
    id: 's7-inherited-user',
    likely:
      'users are looked up in an object, and every object has more names than one has given it: whoever writes to "constructor" ends the program.',
    lookAt: 'how the sockets of a user are found: Object.hasOwn(), or a Map',
    seen: both(
      absent,
      fell,
      wanted(/message to "(__proto__|constructor|toString|valueOf|hasOwn)/),
    ),
    programs: {
      'sockets[user]': plainObject(
        "for (const socket of sockets[user] ?? []) socket.emit('message', { event, args })",
      ),
      '?.forEach': plainObject(
        "sockets[user]?.forEach((socket) => socket.emit('message', { event, args }))",
      ),
    },
  },
  {
    id: 's7-emit-unknown-user-throws',
    likely:
      'a message to somebody who is not connected ended the program: there are no sockets of that user, and something was done with them all the same.',
    lookAt: 'what `emit` does for a user of whom nothing is known',
    seen: both(absent, fell),
    programs: {
      'of undefined': change(
        'sockets-state.ts',
        'sockets.get(user) ?? []) socket.emit',
        'sockets.get(user)!) socket.emit',
      ),
    },
  },
]
