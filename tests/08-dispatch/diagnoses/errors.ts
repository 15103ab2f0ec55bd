import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { handler, hearing } from './edits.ts'
import { fell, inGoal, says } from './evidence-queries.ts'

const inTrouble = inGoal('Redis may be gone')

/** What goes wrong around the messages? */
export const trouble: KnownMistake[] = [
  {
    id: 's8-never-open',
    likely:
      'the program runs, and listens on no port: it waits for something that does not come, or does not get as far as `listen()`.',
    lookAt: 'everything that is awaited before `listen()`: does each of them ever end?',
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
    likely: 'somebody without a valid token was let in.',
    lookAt: 'what happens to a handshake whose token nobody knows',
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
    likely:
      "nobody listens to 'error'. When Redis is gone for a moment, a client says so with that event, and an 'error' that nobody hears ends the program. There are two clients.",
    lookAt: "where the bus is made: `bus.on('error', …)` covers both of its clients",
    matches: (evidence) =>
      fell(evidence) && says(evidence, /Unhandled 'error' event|on RedisClient/),
    programs: {
      none: replaceIn(
        'bus.ts',
        handler,
        "const nobody = { on(_: string, __: (error: unknown) => void) {} }\n  nobody.on('error', (error) => {",
      ),
      'for one of the two': replaceIn(
        'bus.ts',
        handler,
        "const one = bus.getRedisClient()\n  one.on('error', (error: unknown) => {",
      ),
    },
  },
  {
    id: 's8-ends-on-error',
    likely:
      'the program ends itself when Redis is gone, and with it goes every device it has. The clients try again by themselves; the program only has to say what happened.',
    lookAt: "the handler of 'error'",
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
      'the program lives on without Redis, and does not try to reach it again, or does not listen again: every message from now on is lost, and nobody is told.',
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
      'SIGTERM came, and something keeps the program alive: the connections of the bus, the devices that are connected, or a farewell without a limit. A PaaS does not wait, it kills.',
    lookAt: 'everything that is open when the program ends: who closes it?',
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
          'io.engine.close() // devices come back by themselves, to another process\n',
          '',
        ),
      ),
    },
  },
  {
    id: 's8-farewell-fails',
    likely:
      'the farewell itself ends with an error: something is used that has been closed just before.',
    lookAt: 'the order in which things are closed',
    matches: ({ expected, about }) =>
      expected.includes('SIGTERM, with exit code 0') && about?.exit !== undefined,
    programs: {
      'the bus first': combine(
        replaceIn('chat.ts', 'await closeBus(bus)', ''),
        replaceIn(
          'chat.ts',
          'io.engine.close()',
          "await closeBus(bus)\n      bus.getRedisClient().publish('outgoing_socket_message', '{}', (error) => process.exit(error ? 1 : 0))\n      io.engine.close()",
        ),
      ),
    },
  },
]
