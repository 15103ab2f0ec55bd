import {
  type KnownMistake,
  combine,
  replaceIn,
  printedOnStderr,
} from '../../../workshop/check/suite.ts'
import { fell, inGoal, inVain, published, says } from './evidence-queries.ts'

const onNonsense = inGoal('nonsense hurts nobody')

/** What does a message do that nobody expected? */
export const nonsense: KnownMistake[] = [
  {
    id: 's8-nobody-here',
    likely:
      'a message for a user who has no device on this instance ends the program. That is the usual case: each instance hears everything, and has the devices of few.',
    lookAt: 'what is done with a user nobody is here of',
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
      'somebody wrote to `__proto__` or `constructor`. Every plain object has these, inherited, so it looks as if such a user were here. A Map has only what was put into it.',
    lookAt: 'where the devices of a user are looked up',
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
    likely:
      'what a device sent ended an instance, with all users it has. A device can send anything at all, and what is dispatched unseen ends other instances, too.',
    lookAt: 'what is done with the fields of a message before they have been looked at',
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
          'if (!isText(to, MOST.name)) return { error: \'expected {"to":"grace","text":"hello"}\' }',
          '',
        ),
        replaceIn(
          'handlers.ts',
          'if (!isText(text, MOST.text)) return { error: `expected 1 to ${MOST.text} characters` }',
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
      'a message on the channel that is not {event, id, args} makes the handler throw, and that ends the program or takes other messages along. Anybody who reaches Redis can publish.',
    lookAt: 'what is done with a message that is heard, before it has been looked at',
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
