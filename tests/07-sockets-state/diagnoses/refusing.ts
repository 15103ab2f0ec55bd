import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { both, came, wanted } from './evidence-queries.ts'

const calls =
  "return handler ? handler(socket, fieldsOf(args)) : { error: 'there is no such event' }"
const replies = "if (typeof reply === 'function') reply(answer)"
const checksTo = `if (!isText(to, MOST.name)) return { error: 'expected {"to":"grace","text":"hello"}' }`
const checksText =
  'if (!isText(text, MOST.text)) return { error: `expected 1 to ${MOST.text} characters` }'
const answered = wanted(/to be answered with an error$/)
const nobody = wanted(/to reach nobody$/)

/** What becomes of what should be refused? */
export const refusing: KnownMistake[] = [
  {
    id: 's7-relays-anything',
    likely:
      'an event that this instance does not know is passed on to others. Devices then hear whatever somebody makes up.',
    lookAt: 'what happens to events without a handler',
    matches: both(nobody, wanted(/the unknown event/)),
    programs: {
      'passes it on': replaceIn(
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
    matches: both(nobody, wanted(/a text of 1 MB/)),
    programs: {
      'no limit at all': combine(
        replaceIn(
          'index.ts',
          'new Server(server)',
          'new Server(server, { maxHttpBufferSize: 1e8 })',
        ),
        replaceIn('handlers.ts', ' && value.length <= most', ' && most > 0'),
      ),
    },
  },
  {
    id: 's7-args-not-checked',
    likely:
      'a message with arguments that are missing, or of another type, is delivered all the same. Whoever gets it expects two texts.',
    lookAt: 'what `sendMessage` makes sure of before it emits',
    matches: nobody,
    programs: {
      'to is not looked at': replaceIn('handlers.ts', checksTo, ''),
      'text is not looked at': replaceIn('handlers.ts', checksText, ''),
      'is there something?': combine(
        replaceIn('handlers.ts', checksTo, "if (!to) return { error: 'to whom?' }"),
        replaceIn('handlers.ts', checksText, "if (!text) return { error: 'no text' }"),
      ),
      'says no, and goes on': replaceIn(
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
    matches: both(answered, came(/with \{\}$|\[object Object\]/)),
    programs: {
      'an Error': replaceIn(
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
    matches: both(answered, came(/^no answer came$/)),
    programs: {
      'only when all is well': replaceIn(
        'connection.ts',
        replies,
        "if ('ok' in answer && typeof reply === 'function') reply(answer)",
      ),
      'returns early': replaceIn(
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
    matches: answered,
    programs: {
      'always ok': replaceIn('connection.ts', 'reply(answer)', 'reply({ ok: true })'),
      nothing: replaceIn('connection.ts', 'reply(answer)', 'reply()'),
    },
  },
]
