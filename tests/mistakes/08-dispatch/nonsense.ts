import { type Mistake, all, change, complained } from '../../support/index.ts'
import { fell, inGoal, inVain, published, says } from './seen.ts'

const onNonsense = inGoal('nonsense hurts nobody')

/** What does a message do that nobody expected? */
export const nonsense: Mistake[] = [
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
]
