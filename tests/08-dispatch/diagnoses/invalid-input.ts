import {
  type KnownMistake,
  combine,
  replaceIn,
  printedOnStderr,
} from '../../../workshop/check/suite.ts'
import { fell, inGoal, inVain, published, says } from './evidence-queries.ts'

const onNonsense = inGoal('malformed messages')

/** What does a message do that nobody expected? */
export const nonsense: KnownMistake[] = [
  {
    id: 's8-nobody-here',
    likely:
      'A message for a user without a device on this instance ends the program. That is the usual case.',
    lookAt: 'what is done for a user without sockets here',
    matches: (evidence) =>
      fell(evidence) &&
      published(evidence).length > 0 &&
      !onNonsense(evidence) &&
      says(evidence, /undefined|null|is not iterable|no such user|not found|nobody|unknown/i),
    programs: {
      'takes it for granted': replaceIn(
        'sockets-state.ts',
        'of sockets.get(user) ?? []',
        'of sockets.get(user)',
      ),
    },
  },
  {
    id: 's8-inherited-names',
    likely:
      'A message to `__proto__` or `constructor` does harm: a plain object inherits these names. Use a Map.',
    lookAt: 'where the sockets of a user are looked up',
    matches: (evidence) =>
      onNonsense(evidence) &&
      fell(evidence) &&
      says(evidence, /is not iterable|is not a function/),
    programs: {
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
  },
  {
    id: 's8-nonsense-from-a-device',
    likely: 'An invalid message from a device ends an instance.',
    lookAt: 'what is done with the fields of a message before they are validated',
    matches: (evidence) => fell(evidence) && /after what ada sent/.test(evidence.expected),
    programs: {
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
  },
  {
    id: 's8-throws-on-nonsense',
    likely:
      'A published message that is not {event, id, args} makes the handler throw, which ends the program or loses other messages.',
    lookAt: 'what is done with a received message before it is validated',
    matches: (evidence) =>
      (onNonsense(evidence) && (fell(evidence) || inVain(evidence))) ||
      printedOnStderr(evidence, /not valid JSON|in JSON at/),
    programs: {
      'takes it apart': combine(replaceIn('dispatch.ts', 'fieldsOf(message)', 'message')),
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
  },
]
