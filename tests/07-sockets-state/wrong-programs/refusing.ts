import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'

const calls = "return handler ? handler(socket, fieldsOf(args)) : { error: 'unknown event' }"
const replies = "if (typeof reply === 'function') reply(answer)"
const checksTo = `if (!isText(to, MAX_LENGTH.name)) return { error: 'expected {"to":"grace","text":"hello"}' }`
const checksText =
  'if (!isText(text, MAX_LENGTH.text))\n      return { error: `expected 1 to ${MAX_LENGTH.text} characters` }'

/** Invalid input that is not refused. */
export const refusing: WrongPrograms = {
  's7-relays-anything': {
    'passes it on': replaceIn(
      'connection.ts',
      calls,
      "if (handler) return handler(socket, fieldsOf(args))\n  socketsState.emit(String(fieldsOf(args).to), String(event), args)\n  return { error: 'unknown' }",
    ),
  },
  's7-text-not-limited': {
    'no limit at all': combine(
      replaceIn(
        'index.ts',
        'new Server(server)',
        'new Server(server, { maxHttpBufferSize: 1e8 })',
      ),
      replaceIn('handlers.ts', ' && value.length <= maxLength', ' && maxLength > 0'),
    ),
  },
  's7-args-not-checked': {
    'to is not looked at': replaceIn('handlers.ts', checksTo, ''),
    'text is not looked at': replaceIn('handlers.ts', checksText, ''),
    'is there something?': combine(
      replaceIn('handlers.ts', checksTo, "if (!to) return { error: 'to whom?' }"),
      replaceIn('handlers.ts', checksText, "if (!text) return { error: 'no text' }"),
    ),
    'converts them, and reports an error of the envelope': combine(
      replaceIn('handlers.ts', checksTo, 'to = String(to)'),
      replaceIn(
        'connection.ts',
        "const known = typeof event === 'string' && Object.hasOwn(handlers, event)",
        'const known = Object.hasOwn(handlers, String(event))',
      ),
      replaceIn(
        'connection.ts',
        'handlers[event] : undefined',
        'handlers[String(event)] : undefined',
      ),
      replaceIn(
        'connection.ts',
        'const answer = handle(socket, envelope)',
        `let answer: Answer
    try {
      answer = handle(socket, envelope)
    } catch (error) {
      console.error(error)
      answer = { error: 'internal error' }
    }`,
      ),
    ),
    'only when both are wrong': combine(
      replaceIn('handlers.ts', `    ${checksText}\n`, ''),
      replaceIn(
        'handlers.ts',
        'if (!isText(to, MAX_LENGTH.name))',
        'if (!isText(to, MAX_LENGTH.name) && !isText(text, MAX_LENGTH.text))',
      ),
    ),
    'reports an error, and goes on': replaceIn(
      'handlers.ts',
      `    ${checksText}`,
      "    const answer = isText(text, MAX_LENGTH.text) ? { ok: true } : { error: 'no' }\n    if (answer.error) socket.emit('message', { event: 'problem' })",
    ),
  },
  's7-answer-not-awaited': {
    'an async function': combine(
      replaceIn('connection.ts', 'function handle(', 'async function handle('),
      replaceIn(
        'connection.ts',
        'envelope: unknown): Answer {',
        'envelope: unknown): Promise<Answer> {',
      ),
    ),
  },
  's7-error-sent-as-object': {
    'an Error': replaceIn(
      'connection.ts',
      "{ error: 'unknown event' }",
      "new Error('there is no such event')",
    ),
  },
  's7-refusal-unanswered': {
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
  's7-refusal-not-reported': {
    'always ok': replaceIn('connection.ts', 'reply(answer)', 'reply({ ok: true })'),
    nothing: replaceIn('connection.ts', 'reply(answer)', 'reply()'),
  },
}
