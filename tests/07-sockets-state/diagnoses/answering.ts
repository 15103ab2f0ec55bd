import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { both, came, wanted } from './evidence-queries.ts'

const listens =
  '  // No await before these lines: messages that arrive before the listener is added are lost.'
const later = 'await new Promise((resolve) => setTimeout(resolve, 100))'
const async = replaceIn(
  'connection.ts',
  'export function onConnection(socket: UserSocket): void {',
  'export async function onConnection(socket: UserSocket): Promise<void> {',
)

/** Is everything heard, and answered? And does it end? */
export const answering: KnownMistake[] = [
  {
    id: 's7-handlers-after-await',
    likely:
      'A message sent right after connecting is lost: the listener is added after an await.',
    lookAt: 'what is awaited before `socket.on(…)` and before the device is added',
    matches: came(/^lost; sent once more/),
    programs: {
      'the listeners': combine(async, replaceIn('connection.ts', listens, later)),
      'remembering it': combine(
        async,
        replaceIn('connection.ts', '  socketsState.add(', `  ${later}\n  socketsState.add(`),
      ),
    },
  },
  {
    id: 's7-ack-never-called',
    likely: 'The message is delivered, and its acknowledgement is not called.',
    lookAt: 'the parameters of the `message` listener',
    matches: both(wanted(/to answer a "message"/), came(/the answer did not come/)),
    programs: {
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
  },
  {
    id: 's7-thrown-out',
    likely:
      'You disconnect a device because of an invalid message. Answer with an error instead.',
    lookAt: 'where `disconnect()` is called',
    matches: came(/has lost its connection$/),
    programs: {
      'unknown events': replaceIn(
        'connection.ts',
        'return handler ?',
        'if (!handler) socket.disconnect()\n  return handler ?',
      ),
    },
  },
  {
    id: 's7-sigterm-waits',
    likely:
      'The shutdown waits until all devices have left, but a WebSocket stays open until you close it.',
    lookAt: 'what is awaited after SIGTERM, and what closes the sockets',
    matches: wanted(/to end within 2 seconds of SIGTERM/),
    programs: {
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
  },
  {
    id: 's7-ends-with-an-error',
    likely: 'The shutdown fails or exits with a code other than 0.',
    lookAt: 'the exit code after SIGTERM, and what the program prints then',
    matches: wanted(/to end with exit code 0/),
    programs: {
      'exit(1)': replaceIn(
        'shutdown.ts',
        '.finally(() => process.exit(0))',
        '.finally(() => process.exit(1))',
      ),
    },
  },
]
