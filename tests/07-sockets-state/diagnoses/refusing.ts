import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { both, came, wanted } from './evidence-queries.ts'

const calls = "return handler ? handler(socket, fieldsOf(args)) : { error: 'unknown event' }"
const replies = "if (typeof reply === 'function') reply(answer)"
const checksTo = `if (!isText(to, MAX_LENGTH.name)) return { error: 'expected {"to":"grace","text":"hello"}' }`
const checksText =
  'if (!isText(text, MAX_LENGTH.text))\n      return { error: `expected 1 to ${MAX_LENGTH.text} characters` }'
const answered = wanted(/to be answered with an error$/)
const nobody = wanted(/to reach nobody$/)

/** What becomes of what should be refused? */
export const refusing: KnownMistake[] = [
  {
    id: 's7-relays-anything',
    likely: 'An unknown event is forwarded to other devices.',
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
      'A text of 1 MB is delivered to every device. Socket.IO prevents that, unless maxHttpBufferSize is raised.',
    lookAt: "the limit of a text's length, and the options of the server",
    matches: both(nobody, wanted(/a text of 1 MB/)),
    programs: {
      'no limit at all': combine(
        replaceIn(
          'index.ts',
          'new Server(server)',
          'new Server(server, { maxHttpBufferSize: 1e8 })',
        ),
        replaceIn('handlers.ts', ' && value.length <= maxLength', ' && most > 0'),
      ),
    },
  },
  {
    id: 's7-args-not-checked',
    likely: 'A message with missing or invalid arguments is delivered.',
    lookAt: 'what `sendMessage` validates before it sends',
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
        "    const answer = isText(text, MAX_LENGTH.text) ? { ok: true } : { error: 'no' }\n    if (answer.error) socket.emit('message', { event: 'problem' })",
      ),
    },
  },
  {
    id: 's7-error-sent-as-object',
    likely:
      'The answer is {}, because an Error has no fields in JSON. Send its message: {error: …}.',
    lookAt: 'what you pass to the acknowledgement when you refuse',
    matches: both(answered, came(/with \{\}$|\[object Object\]/)),
    programs: {
      'an Error': replaceIn(
        'connection.ts',
        "{ error: 'unknown event' }",
        "new Error('there is no such event')",
      ),
    },
  },
  {
    id: 's7-refusal-unanswered',
    likely: 'A refused message is not acknowledged, so the device keeps waiting.',
    lookAt: 'every path through the `message` listener: does each call the acknowledgement?',
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
    likely: 'A refused message gets the same answer as a valid one.',
    lookAt: 'what you pass to the acknowledgement for unknown events and invalid arguments',
    matches: answered,
    programs: {
      'always ok': replaceIn('connection.ts', 'reply(answer)', 'reply({ ok: true })'),
      nothing: replaceIn('connection.ts', 'reply(answer)', 'reply()'),
    },
  },
]
