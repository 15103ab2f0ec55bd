import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { handler, hearing, listens } from './edits.ts'
import { fell, inGoal, says } from './evidence-queries.ts'

const inTrouble = inGoal('after Redis was offline')

/** What goes wrong around the messages? */
export const trouble: KnownMistake[] = [
  {
    id: 's8-never-open',
    likely:
      'The program runs and does not listen on its port: it waits for something that does not happen, or does not call `listen()`.',
    lookAt: 'everything that is awaited before `listen()`',
    matches: ({ expected, about }) =>
      expected.includes('to answer requests') &&
      about?.exit === undefined &&
      about?.listening.length === 0 &&
      about.wire.length > 0,
    programs: {
      'a promise that nobody keeps': replaceIn(
        'bus.ts',
        hearing,
        'return new Promise<void>(() => {\n    bus.on(channel, handler)\n  })',
      ),
      'no listen()': replaceIn('chat.ts', 'await listen(server)', 'void listen'),
    },
  },
  {
    id: 's8-strangers-let-in',
    likely: 'A device without a valid token was accepted.',
    lookAt: 'what happens to a handshake with an unknown token',
    matches: ({ expected }) => expected.includes('to turn a stranger away'),
    programs: {
      'everybody is somebody': replaceIn(
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
  },
  {
    id: 's8-no-error-handler',
    likely: "A client has no 'error' listener. When Redis goes offline, Node ends the program.",
    lookAt: "where the bus is created: `bus.on('error', …)` covers both of its clients",
    matches: (evidence) =>
      fell(evidence) && says(evidence, /Unhandled 'error' event|on RedisClient/),
    programs: {
      none: replaceIn('bus.ts', listens, ''),
      'for one of the two': replaceIn(
        'bus.ts',
        listens,
        "bus.getRedisClient().on('error', (error: unknown) => reportError(error))",
      ),
    },
  },
  {
    id: 's8-ends-on-error',
    likely:
      'The program ends itself when Redis goes offline. The clients reconnect by themselves.',
    lookAt: "the 'error' listener",
    matches: (evidence) => inTrouble(evidence) && evidence.programs.some(({ exit }) => exit),
    programs: {
      'exits when a connection ends': replaceIn(
        'bus.ts',
        "bus.getRedisClient().on('ready'",
        "bus.getRedisClient().on('end', () => process.exit(0)).on('ready'",
      ),
      exits: replaceIn(
        'bus.ts',
        handler,
        `${handler}\n    if (error instanceof Error) process.exit(1)`,
      ),
      throws: replaceIn(
        'bus.ts',
        handler,
        `${handler}\n    if (error instanceof Error) throw error`,
      ),
    },
  },
  {
    id: 's8-gives-up',
    likely:
      'The program runs without Redis and does not reconnect, or does not subscribe again, so messages are lost.',
    lookAt: 'the options of the bus, such as `retry_strategy`, and what is closed on errors',
    matches: inTrouble,
    programs: {
      'no second attempt': replaceIn(
        'bus.ts',
        '{ url, retry_max_delay: 2000 }',
        '{ url, retry_strategy: () => undefined }',
      ),
      'closes itself': replaceIn(
        'bus.ts',
        handler,
        `${handler}\n    if (error instanceof Error) return bus.end()`,
      ),
    },
  },
  {
    id: 's8-never-ends',
    likely:
      'After SIGTERM something keeps the program running: the bus, open sockets, or a shutdown without a limit.',
    lookAt: 'everything that is open at the shutdown: what closes it?',
    matches: ({ expected, received }) =>
      /end within 2 seconds of SIGTERM/.test(expected) && /still running/.test(received),
    programs: {
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
  },
  {
    id: 's8-farewell-fails',
    likely: 'The shutdown fails with an error: it uses something that is already closed.',
    lookAt: 'the order in which things are closed',
    matches: ({ expected, about }) =>
      expected.includes('SIGTERM, with exit code 0') && about?.exit !== undefined,
    programs: {
      'the bus first': combine(
        replaceIn('chat.ts', 'await closeBus(bus)', ''),
        replaceIn(
          'chat.ts',
          'io.engine.close()',
          "await closeBus(bus) // last: sockets that close dispatch `deviceGone`\n      bus.getRedisClient().publish('outgoing_socket_message', '{}', (error) => process.exit(error ? 1 : 0))\n      io.engine.close()",
        ),
      ),
    },
  },
]
