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
    likely: 'The message is published on another channel than outgoing_socket_message.',
    lookAt: 'the name of the channel, character by character',
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
      '`from` is the user that the device claims to be. Only the token identifies the user.',
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
          'const from = isText(me, MAX_LENGTH.name) ? me : socket.data.user',
        ),
      ),
    },
  },
  {
    id: 's8-id-of-a-socket',
    likely:
      'The id is that of a socket, which other processes do not know. Dispatch to the user.',
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
    likely: 'The message is published for one of its two users and not for the other.',
    lookAt: 'the users a message is dispatched for: receiver and sender',
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
      'The published message is not {event, id, args}: it has other fields or other values.',
    lookAt: 'what is published, and what the goal shows',
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
      'The same message is published twice for the same user: for a user who writes to herself, or because two places dispatch it.',
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
