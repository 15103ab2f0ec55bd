import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'

export const invalidInputPrograms: WrongPrograms = {
  's8-user-without-device': {
    'takes it for granted': replaceIn(
      'sockets-state.ts',
      'of sockets.get(user) ?? []',
      'of sockets.get(user)',
    ),
  },
  's8-inherited-names': {
    'an object for socketsState': combine(
      replaceIn('sockets-state.ts', 'new Map<string, Set<UserSocket>>()', '{} as any'),
      replaceIn(
        'sockets-state.ts',
        'sockets.get(user) ?? new Set()',
        'sockets[user] ?? new Set()',
      ),
      replaceIn(
        'sockets-state.ts',
        'sockets.set(user, devices.add(socket))',
        'sockets[user] = devices.add(socket)',
      ),
      replaceIn(
        'sockets-state.ts',
        'const devices = sockets.get(user)\n    devices?.delete',
        'const devices = sockets[user]\n    devices?.delete',
      ),
      replaceIn('sockets-state.ts', 'if (devices?.size === 0) sockets.delete(user)', ''),
      replaceIn('sockets-state.ts', 'of sockets.get(user) ?? []', 'of sockets[user] ?? []'),
    ),
  },
  's8-malformed-from-a-device': {
    'reads fields of nothing': replaceIn(
      'connection.ts',
      'const { event, args } = fieldsOf(envelope)',
      'const { event, args } = envelope',
    ),
    'dispatches it unseen': combine(
      replaceIn(
        'handlers.ts',
        'if (!isText(to, MAX_LENGTH.name)) return { error: \'expected {"to":"grace","text":"hello"}\' }',
        '',
      ),
      replaceIn(
        'handlers.ts',
        'if (!isText(text, MAX_LENGTH.text))\n      return { error: `expected 1 to ${MAX_LENGTH.text} characters` }',
        '',
      ),
      replaceIn(
        'dispatch.ts',
        'socketsState.emit(id, event, args)',
        'socketsState.emit(id.trim(), event, args)',
      ),
      replaceIn('dispatch.ts', "|| typeof id !== 'string'", ''),
    ),
  },
  's8-throws-on-malformed': {
    'takes it apart': combine(replaceIn('dispatch.ts', 'fieldsOf(message)', 'message')),
    'an error instead of a warning': replaceIn(
      'dispatch.ts',
      `return console.warn(
      \`ignored, not an event for a user: \${JSON.stringify(message)}\`.slice(0, 120),
    )`,
      "throw new Error('invalid message from Redis')",
    ),
    'parses it by hand': replaceIn(
      'dispatch.ts',
      'fieldsOf(message)',
      "fieldsOf(typeof message === 'string' ? JSON.parse(message) : message.id && message)",
    ),
    'in an async handler': combine(
      replaceIn(
        'dispatch.ts',
        'function deliver(message: unknown): void {',
        'async function deliver(message) {',
      ),
      replaceIn('dispatch.ts', 'fieldsOf(message)', 'message'),
    ),
  },
  's8-ends-on-malformed': {
    'at each error of the bus': replaceIn(
      'bus.ts',
      "bus.on('error', (error) => reportError(error))",
      "bus.on('error', () => process.exit(1))",
    ),
  },
}
