import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'

const listens =
  '  // No await before these lines: messages that arrive before the listener is added are lost.'
const later = 'await new Promise((resolve) => setTimeout(resolve, 100))'
const async = replaceIn(
  'connection.ts',
  'export function onConnection(socket: UserSocket): void {',
  'export async function onConnection(socket: UserSocket): Promise<void> {',
)

/** Messages that are lost or not acknowledged, and a shutdown that does not work. */
export const answering: WrongPrograms = {
  's7-handlers-after-await': {
    'the listeners': combine(async, replaceIn('connection.ts', listens, later)),
    'remembering it': combine(
      async,
      replaceIn('connection.ts', '  socketsState.add(', `  ${later}\n  socketsState.add(`),
    ),
  },
  's7-only-with-ack': {
    'in one line': combine(
      replaceIn('connection.ts', 'const answer = handle(socket, envelope)', ''),
      replaceIn('connection.ts', 'reply(answer)', 'reply(handle(socket, envelope))'),
    ),
    'with ?.': combine(
      replaceIn('connection.ts', 'const answer = handle(socket, envelope)', ''),
      replaceIn('connection.ts', 'reply: unknown', 'reply?: (answer: Answer) => void'),
      replaceIn(
        'connection.ts',
        "if (typeof reply === 'function') reply(answer)",
        'reply?.(handle(socket, envelope))',
      ),
    ),
  },
  's7-ack-never-called': {
    'not called': replaceIn(
      'connection.ts',
      "if (typeof reply === 'function') reply(answer)",
      'void answer',
    ),
    'an event instead': replaceIn(
      'connection.ts',
      "if (typeof reply === 'function') reply(answer)",
      "socket.emit('answer', answer)",
    ),
  },
  's7-ack-error-first': {
    null: replaceIn('connection.ts', 'reply(answer)', 'reply(null, answer)'),
    'an error, or undefined': replaceIn(
      'connection.ts',
      'reply(answer)',
      "reply('error' in answer ? answer.error : undefined, answer)",
    ),
  },
  's7-error-for-valid': {
    'the answer of the handler is not returned': replaceIn(
      'connection.ts',
      "return handler ? handler(socket, fieldsOf(args)) : { error: 'unknown event' }",
      "if (handler) handler(socket, fieldsOf(args))\n  return { error: 'unknown event' }",
    ),
  },
  's7-device-disconnected': {
    'unknown events': replaceIn(
      'connection.ts',
      'return handler ?',
      'if (!handler) socket.disconnect()\n  return handler ?',
    ),
  },
  's7-sigterm-waits': {
    'waits for the devices': combine(
      replaceIn('shutdown.ts', 'const LIMIT_MS = 1000', 'const LIMIT_MS = 60_000'),
      replaceIn('server.ts', 'const GRACE_MS = 600', 'const GRACE_MS = 30_000'),
      replaceIn(
        'index.ts',
        '    io.engine.close() // devices reconnect by themselves, to another instance\n',
        '',
      ),
    ),
    'listens, and does nothing': combine(
      replaceIn('shutdown.ts', 'if (shuttingDown) return', 'return'),
    ),
  },
  's7-ends-with-an-error': {
    'exit(1)': replaceIn(
      'shutdown.ts',
      '.finally(() => process.exit(0))',
      '.finally(() => process.exit(1))',
    ),
  },
}
