import {
  type KnownMistake,
  combine,
  replaceIn,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import { channel } from '../helpers/dispatch.ts'
import { publish, messageSent, withState } from './edits.ts'
import { inGoal, published, reached, repeats } from './evidence-queries.ts'

const inFirst = inGoal('a message is published')

const loop = 'for (const id of new Set([from, to])) {'

/** What is published, and for whom? */
export const envelopes: KnownMistake[] = [
  {
    id: 's8-other-channel',
    likely:
      'the message is published on a channel of another name, and who listens to the right one does not hear it.',
    lookAt: 'the name of the channel, letter by letter',
    matches: ({ expected, received }) => {
      const [, name = ''] = /^it published .* on "(.*)"$/s.exec(received) ?? []
      return expected.includes('to publish') && name !== '' && !name.endsWith(channel)
    },
    programs: {
      'a plural': replaceIn(
        'dispatch.ts',
        "'outgoing_socket_message'",
        "'outgoing_socket_messages'",
      ),
      'a channel per user': replaceIn(
        'dispatch.ts',
        publish,
        'bus.emit(`${CHANNEL}:${message.id}`, message)',
      ),
    },
  },
  {
    id: 's8-from-client',
    likely:
      'the message goes out in the name that the device claims to have. Anybody can send any name: only the token tells who it is.',
    lookAt: 'where `from` comes from',
    matches: (evidence) =>
      inFirst(evidence) && published(evidence).some(({ args }) => args[1]?.includes('linus')),
    programs: {
      'a field of the message': combine(
        replaceIn(
          'handlers.ts',
          'sendMessage(socket, { to, text })',
          'sendMessage(socket, { to, text, from: me })',
        ),
        replaceIn(
          'handlers.ts',
          'const from = socket.data.user',
          'const from = isText(me, MOST.name) ? me : socket.data.user',
        ),
      ),
    },
  },
  {
    id: 's8-id-of-a-socket',
    likely:
      'the id is that of a socket. It means something in one process only, and a device gets a new one each time it connects. Dispatch to the user.',
    lookAt: 'the `id` of what is dispatched',
    matches: (evidence) =>
      published(evidence).some(({ args }) => {
        const { id } = parseJsonObject(args[1] ?? '')
        return typeof id === 'string' && /^[\w-]{20}$/.test(id)
      }),
    programs: {
      'of the socket that sends': replaceIn(
        'handlers.ts',
        messageSent,
        "dispatch({ event: 'messageSent', id: id === from ? socket.id : id, args: { from, to, text } })",
      ),
      'of every socket that is here': replaceIn(
        'handlers.ts',
        messageSent,
        "for (const one of socket.nsp.sockets.values()) dispatch({ event: 'messageSent', id: one.id, args: { from, to, text } })",
      ),
    },
  },
  {
    id: 's8-one-user-only',
    likely:
      'the message is published for one of its two users, and not for the other. That one may have devices on other instances, too, whoever else is here.',
    lookAt: 'the users a message is dispatched for: receiver and sender, each time',
    matches: (evidence) => {
      const ids = published(evidence).map(({ args }) => parseJsonObject(args[1] ?? '')['id'])
      return inFirst(evidence) && new Set(ids).size === 1 && /^(ada|grace)$/.test(`${ids[0]}`)
    },
    programs: {
      'the receiver': replaceIn('handlers.ts', loop, 'for (const id of [to]) {'),
      'the sender': replaceIn('handlers.ts', loop, 'for (const id of [from]) {'),
      'the receiver, and the socket that sends': combine(
        replaceIn('handlers.ts', loop, 'for (const id of [to]) {'),
        replaceIn(
          'handlers.ts',
          'const from = socket.data.user\n',
          "const from = socket.data.user\n    socket.emit('message', { event: 'messageSent', args: { from, to, text } })\n",
        ),
      ),
      'who is not here': combine(
        withState,
        replaceIn(
          'handlers.ts',
          messageSent,
          `if (socketsState.count()[id]) socketsState.emit(id, 'messageSent', { from, to, text })
      else ${messageSent}`,
        ),
      ),
    },
  },
  {
    id: 's8-other-fields',
    likely:
      'what was published is not {event, id, args}: other names, or something else in them. All instances have to agree on them, also those that are still to come.',
    lookAt: 'what is published, beside what the goal says',
    matches: (evidence) =>
      inFirst(evidence) &&
      evidence.expected.includes('to publish') &&
      published(evidence).length > 0,
    programs: {
      userId: combine(
        replaceIn(
          'dispatch.ts',
          publish,
          'bus.emit(CHANNEL, { userId: message.id, event: message.event, args: message.args })',
        ),
        replaceIn(
          'dispatch.ts',
          'const { event, id, args } =',
          'const { event, userId: id, args } =',
        ),
      ),
      'the text alone': replaceIn(
        'handlers.ts',
        messageSent,
        "dispatch({ event: 'messageSent', id, args: text })",
      ),
      'both users in one': replaceIn(
        'handlers.ts',
        `${loop}\n      ${messageSent}\n    }`,
        "dispatch({ event: 'messageSent', id: `${from},${to}`, args: { from, to, text } })",
      ),
    },
  },
  {
    id: 's8-told-twice',
    likely:
      'the same message is published twice for the same user: for whoever writes to herself, or because it is dispatched in two places.',
    lookAt: 'how often `dispatch()` is called for one user',
    matches: (evidence) =>
      repeats(evidence) === 2 &&
      evidence.expected.includes('once') &&
      // Each instance got what was published, and not more.
      reached(evidence) <= published(evidence).length * evidence.programs.length,
    programs: {
      'who writes to herself': replaceIn(
        'handlers.ts',
        'for (const id of new Set([from, to])) {',
        'for (const id of [from, to]) {',
      ),
    },
  },
]
