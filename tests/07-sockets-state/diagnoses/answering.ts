import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { both, came, wanted } from './evidence-queries.ts'

const listens =
  '  // No await before these lines: what a device says in its first moment would not be heard.'
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
      'what a device says in its first moment is lost: its connection is there, and nobody listens yet. Something else is waited for first.',
    lookAt: 'what is awaited before `socket.on(…)` and before the device is remembered',
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
    likely:
      'a message is delivered, and the device that sent it is not answered. When a device wants to know, a function comes along: call it.',
    lookAt: 'the parameters of the listener for `message`',
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
      'the connection of a device is closed for something it said. One slip, and the user is offline: an error in the answer is enough.',
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
      'after SIGTERM it waits for the devices to leave, and they stay: a websocket is open until somebody closes it.',
    lookAt: 'what is awaited after SIGTERM, and who closes the sockets',
    matches: wanted(/to end within 2 seconds of SIGTERM/),
    programs: {
      'waits for the devices': combine(
        replaceIn('shutdown.ts', 'const LIMIT_MS = 1000', 'const LIMIT_MS = 60_000'),
        replaceIn('server.ts', 'const GRACE_MS = 600', 'const GRACE_MS = 30_000'),
        replaceIn(
          'index.ts',
          '    io.engine.close() // devices come back by themselves, to another instance\n',
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
    likely:
      'the farewell fails, or says that it has: an exit code other than 0 tells the platform that something went wrong.',
    lookAt: 'with which exit code it ends after SIGTERM, and what it prints then',
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
