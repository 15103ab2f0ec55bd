import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { subscription, errorListener, reportError } from '../edits.ts'

export const errorsPrograms: WrongPrograms = {
  's8-never-open': {
    'a promise that never resolves': replaceIn(
      'bus.ts',
      subscription,
      'return new Promise<void>(() => {\n    bus.on(channel, handler)\n  })',
    ),
    'no listen()': replaceIn('chat.ts', 'await listen(server)', 'void listen'),
  },
  's8-unknown-token-accepted': {
    'every token is accepted': replaceIn(
      'auth.ts',
      "if (!user) return next(new Error(token ? 'unknown token' : 'token missing'))",
      '',
    ),
    'onAuth is not used': replaceIn(
      'chat.ts',
      'io.use(onAuth)',
      "io.use((socket, next) => onAuth(socket, () => ((socket.data.user ??= 'ada'), next())))",
    ),
  },
  's8-no-error-handler': {
    none: replaceIn('bus.ts', errorListener, ''),
    'for one of the two': replaceIn(
      'bus.ts',
      errorListener,
      "bus.getRedisClient().on('error', (error: unknown) => reportError(error))",
    ),
  },
  's8-ends-on-error': {
    'exits when a connection ends': replaceIn(
      'bus.ts',
      "bus.getRedisClient().on('ready'",
      "bus.getRedisClient().on('end', () => process.exit(0)).on('ready'",
    ),
    exits: replaceIn(
      'bus.ts',
      reportError,
      `${reportError}\n    if (error instanceof Error) process.exit(1)`,
    ),
    throws: replaceIn(
      'bus.ts',
      reportError,
      `${reportError}\n    if (error instanceof Error) throw error`,
    ),
  },
  's8-gives-up': {
    'no second attempt': replaceIn(
      'bus.ts',
      '{ url, retry_max_delay: 2000 }',
      '{ url, retry_strategy: () => undefined }',
    ),
    'closes itself': replaceIn(
      'bus.ts',
      reportError,
      `${reportError}\n    if (error instanceof Error) return bus.end()`,
    ),
  },
  's8-never-ends': {
    'the bus stays open': combine(
      replaceIn('chat.ts', 'await closeBus(bus)', ''),
      replaceIn('shutdown.ts', '.finally(() => process.exit(0))', ''),
      replaceIn('shutdown.ts', 'const LIMIT_MS = 1000', 'const LIMIT_MS = 60_000'),
    ),
    'waits for its devices': combine(
      replaceIn('shutdown.ts', 'const LIMIT_MS = 1000', 'const LIMIT_MS = 60_000'),
      replaceIn('server.ts', 'const GRACE_MS = 600', 'const GRACE_MS = 30_000'),
      replaceIn(
        'chat.ts',
        'io.engine.close() // devices reconnect by themselves, to another process\n',
        '',
      ),
    ),
  },
  's8-shutdown-fails': {
    'the bus first': combine(
      replaceIn('chat.ts', 'await closeBus(bus)', ''),
      replaceIn(
        'chat.ts',
        'io.engine.close()',
        "await closeBus(bus) // last: sockets that close dispatch `deviceGone`\n      bus.getRedisClient().publish('outgoing_socket_message', '{}', (error) => process.exit(error ? 1 : 0))\n      io.engine.close()",
      ),
    ),
  },
  's8-no-shutdown': {
    'another signal': replaceIn('shutdown.ts', "process.on('SIGTERM'", "process.on('SIGHUP'"),
  },
  's8-bus-closed-first': {
    'the bus, then the sockets': combine(
      replaceIn(
        'chat.ts',
        'await closeBus(bus) // last: sockets that close dispatch `deviceGone`',
        '',
      ),
      replaceIn('chat.ts', 'io.engine.close()', 'await closeBus(bus)\n      io.engine.close()'),
    ),
    'ends the process': replaceIn('index.ts', 'await chat.stop()', 'process.exit(0)'),
  },
}
