import { type Mistake, all, change, complained, crashed } from '../../support/index.ts'
import { fell, inGoal, inVain, published } from './seen.ts'

const handler = "bus.on('error', (error) => {"
const inTrouble = inGoal('Redis may be gone')
const onNonsense = inGoal('nonsense hurts nobody')

/** What goes wrong around the messages. */
export const trouble: Mistake[] = [
  {
    id: 's8-strangers-let-in',
    likely: 'somebody without a valid token was let in.',
    lookAt: 'what happens to a handshake whose token nobody knows',
    seen: ({ expected }) => expected.includes('to turn a stranger away'),
    programs: {
      'everybody is somebody': change(
        'auth.ts',
        "if (!user) return next(new Error(token ? 'unknown token' : 'token missing'))",
        '',
      ),
      'onAuth is not used': change(
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
    seen: (evidence) =>
      fell(evidence) && says(evidence, /Unhandled 'error' event|on RedisClient/),
    programs: {
      none: change(
        'bus.ts',
        handler,
        "const nobody = { on(_: string, __: (error: unknown) => void) {} }\n  nobody.on('error', (error) => {",
      ),
      'for one of the two': change(
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
    seen: (evidence) => inTrouble(evidence) && fell(evidence),
    programs: {
      exits: change(
        'bus.ts',
        handler,
        `${handler}\n    if (error instanceof Error) process.exit(1)`,
      ),
      throws: change(
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
    seen: (evidence) => inTrouble(evidence) && !fell(evidence),
    programs: {
      'no second attempt': change(
        'bus.ts',
        '{ url, retry_max_delay: 2000 }',
        '{ url, retry_strategy: () => undefined }',
      ),
      'closes itself': change(
        'bus.ts',
        handler,
        `${handler}\n    if (error instanceof Error) return bus.end()`,
      ),
    },
  },
  {
    id: 's8-nobody-here',
    likely:
      'a message for a user who has no device on this instance ends the program. That is the usual case: each instance hears everything, and has the devices of few.',
    lookAt: 'what is done with a user nobody is here of',
    seen: (evidence) =>
      fell(evidence) &&
      published(evidence).length > 0 &&
      !onNonsense(evidence) &&
      says(evidence, /undefined|null|is not iterable|no such user|not found|nobody|unknown/i),
    programs: {
      'takes it for granted': change(
        'sockets-state.ts',
        'of sockets.get(user) ?? []',
        'of sockets.get(user)',
      ),
    },
  },
  {
    id: 's8-inherited-names',
    likely:
      'somebody wrote to `__proto__` or `constructor`. Every plain object has these, inherited, so it looks as if such a user were here. A Map has only what was put into it.',
    lookAt: 'where the devices of a user are looked up',
    seen: (evidence) =>
      onNonsense(evidence) &&
      fell(evidence) &&
      says(evidence, /is not iterable|is not a function/),
    programs: {
      'an object for socketsState': all(
        change('sockets-state.ts', 'new Map<string, Set<UserSocket>>()', '{} as any'),
        change(
          'sockets-state.ts',
          'sockets.get(user) ?? new Set()',
          'sockets[user] ?? new Set()',
        ),
        change(
          'sockets-state.ts',
          'sockets.set(user, devices.add(socket))',
          'sockets[user] = devices.add(socket)',
        ),
        change(
          'sockets-state.ts',
          'const devices = sockets.get(user)\n    devices?.delete',
          'const devices = sockets[user]\n    devices?.delete',
        ),
        change('sockets-state.ts', 'if (devices?.size === 0) sockets.delete(user)', ''),
        change('sockets-state.ts', 'of sockets.get(user) ?? []', 'of sockets[user] ?? []'),
      ),
    },
  },
  {
    id: 's8-nonsense-from-a-device',
    likely:
      'what a device sent ended an instance, with all users it has. A device can send anything at all, and what is dispatched unseen ends other instances, too.',
    lookAt: 'what is done with the fields of a message before they have been looked at',
    seen: (evidence) => fell(evidence) && /after what ada sent/.test(evidence.expected),
    programs: {
      'reads fields of nothing': change(
        'connection.ts',
        'const { event, args } = fieldsOf(envelope)',
        'const { event, args } = envelope',
      ),
      'dispatches it unseen': all(
        change(
          'handlers.ts',
          'if (!isText(to, MOST.name)) return { error: \'expected {"to":"grace","text":"hello"}\' }',
          '',
        ),
        change(
          'handlers.ts',
          'if (!isText(text, MOST.text)) return { error: `expected 1 to ${MOST.text} characters` }',
          '',
        ),
        change(
          'dispatch.ts',
          'socketsState.emit(id, event, args)',
          'socketsState.emit(id.trim(), event, args)',
        ),
        change('dispatch.ts', "|| typeof id !== 'string'", ''),
      ),
    },
  },
  {
    id: 's8-throws-on-nonsense',
    likely:
      'a message on the channel that is not {event, id, args} makes the handler throw, and that ends the program or takes other messages along. Anybody who reaches Redis can publish.',
    lookAt: 'what is done with a message that is heard, before it has been looked at',
    seen: (evidence) =>
      (onNonsense(evidence) && (fell(evidence) || inVain(evidence))) ||
      complained(evidence, /not valid JSON|in JSON at/),
    programs: {
      'takes it apart': all(change('dispatch.ts', 'fieldsOf(message)', 'message')),
      'parses it by hand': change(
        'dispatch.ts',
        'fieldsOf(message)',
        "fieldsOf(typeof message === 'string' ? JSON.parse(message) : message.id && message)",
      ),
      'in an async handler': all(
        change(
          'dispatch.ts',
          'function deliver(message: unknown): void {',
          'async function deliver(message) {',
        ),
        change('dispatch.ts', 'fieldsOf(message)', 'message'),
      ),
    },
  },
  {
    id: 's8-never-ends',
    likely:
      'SIGTERM came, and something keeps the program alive: the connections of the bus, the devices that are connected, or a farewell without a limit. A PaaS does not wait, it kills.',
    lookAt: 'everything that is open when the program ends: who closes it?',
    seen: ({ expected, received }) =>
      /end within 2 seconds of SIGTERM/.test(expected) && /still running/.test(received),
    programs: {
      'the bus stays open': all(
        change('chat.ts', 'await closeBus(bus)', ''),
        change('farewell.ts', '.finally(() => process.exit(0))', ''),
        change('farewell.ts', 'const LIMIT_MS = 1000', 'const LIMIT_MS = 60_000'),
      ),
      'waits for its devices': all(
        change('farewell.ts', 'const LIMIT_MS = 1000', 'const LIMIT_MS = 60_000'),
        change('server.ts', 'const GRACE_MS = 600', 'const GRACE_MS = 30_000'),
        change(
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
    lookAt: 'the order in which things are closed; its own words are below',
    seen: ({ expected, about }) =>
      expected.includes('SIGTERM, with exit code 0') && about?.exit !== undefined,
    programs: {
      'the bus first': all(
        change('chat.ts', 'await closeBus(bus)', ''),
        change(
          'chat.ts',
          'io.engine.close()',
          "await closeBus(bus)\n      bus.getRedisClient().publish('outgoing_socket_message', '{}', (error) => process.exit(error ? 1 : 0))\n      io.engine.close()",
        ),
      ),
    },
  },
]

function says({ programs }: Parameters<typeof fell>[0], pattern: RegExp): boolean {
  return programs.some(
    (program) => crashed(program) && program.lines.some(({ text }) => pattern.test(text)),
  )
}
