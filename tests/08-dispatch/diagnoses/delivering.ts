import {
  type KnownMistake,
  combine,
  replaceIn,
  printedOnStderr,
} from '../../../workshop/check/suite.ts'
import { publish, deliver } from './edits.ts'
import {
  copiesOn,
  heardAgain,
  inGoal,
  inVain,
  isDeaf,
  placesOf,
  reached,
  repeats,
  speaker,
} from './evidence-queries.ts'

/** Who hands over what was heard, and how often? */
export const delivering: KnownMistake[] = [
  {
    id: 's8-parsed-again',
    likely:
      'You parse a received message as JSON. node-redis-pubsub has already done that: it is an object.',
    lookAt: 'every `JSON.parse()` of a message',
    matches: (evidence) => printedOnStderr(evidence, /\[object Object\]/),
    programs: {
      'as it comes': replaceIn(
        'dispatch.ts',
        'fieldsOf(message)',
        'fieldsOf(JSON.parse(`${message}`))',
      ),
    },
  },
  {
    id: 's8-to-everybody',
    likely: 'An event for one user is sent to all devices of all users. The id names the user.',
    lookAt: 'the target of a received event',
    matches: ({ expected }) => expected.endsWith('which is for others'),
    programs: {
      'to every socket': combine(
        replaceIn(
          'chat.ts',
          "io.on('connection', onConnection)",
          "io.on('connection', onConnection)\n  bus.on('outgoing_socket_message', ({ event, args }) => io.emit('message', { event, args }))",
        ),
        replaceIn('dispatch.ts', deliver, 'void [id, event, args, socketsState]'),
      ),
    },
  },
  {
    id: 's8-local-and-dispatch',
    likely:
      'The publishing instance also delivers to its own devices directly. It receives its own message, so they get two copies.',
    lookAt: 'everything that delivers to devices here',
    matches: (evidence) => {
      const [here, elsewhere] = ['web.1', 'web.2'].map((name) => copiesOn(name, evidence))
      const spared = [here, elsewhere].filter((copies) => copies?.includes('once'))
      return heardAgain(evidence) && repeats(evidence) === 1 && spared.length === 1
    },
    programs: {
      'in dispatch()': replaceIn(
        'dispatch.ts',
        publish,
        `${publish}\n  socketsState.emit(message.id, message.event, message.args)`,
      ),
    },
  },
  {
    id: 's8-echo-to-the-sender',
    likely: 'The device that sends a message gets it directly and once more through Redis.',
    lookAt: 'what the handler of `sendMessage` emits to its own socket',
    matches: (evidence) =>
      heardAgain(evidence) &&
      repeats(evidence) === 1 &&
      copiesOn(speaker(evidence), evidence).includes('once'),
    programs: {
      'at once': replaceIn(
        'handlers.ts',
        'const from = socket.data.user\n',
        "const from = socket.data.user\n    socket.emit('message', { event: 'messageSent', args: { from, to, text } })\n",
      ),
    },
  },
  {
    id: 's8-not-its-own-devices',
    likely:
      'Only other instances deliver the message. The devices of the publishing instance get nothing.',
    lookAt: 'what an instance does with its own messages',
    matches: (evidence) =>
      isDeaf(speaker(evidence), evidence) && placesOf(evidence).length === 1,
    programs: {
      'ignores what it published': combine(
        replaceIn('dispatch.ts', publish, 'bus.emit(CHANNEL, { ...message, by: process.pid })'),
        replaceIn('dispatch.ts', deliver, `if (Object(message).by !== process.pid) ${deliver}`),
      ),
    },
  },
  {
    id: 's8-taken-for-its-own',
    likely:
      'The message reached the other instance, and that one does not deliver it, perhaps because it takes the message for its own.',
    lookAt: 'how an instance recognizes its own messages',
    matches: (evidence) =>
      placesOf(evidence).join() === speaker(evidence) &&
      evidence.programs.every(({ name }) => reached(evidence, name) > 0),
    programs: {
      'all have the same name': combine(
        replaceIn(
          'dispatch.ts',
          publish,
          `${publish}\n  socketsState.emit(message.id, message.event, message.args)`,
        ),
        replaceIn('dispatch.ts', publish, "bus.emit(CHANNEL, { ...message, by: 'me' })"),
        replaceIn('dispatch.ts', deliver, `if (Object(message).by !== 'me') ${deliver}`),
      ),
    },
  },
  {
    id: 's8-other-event',
    likely: 'The devices receive something else than the event `message` with {event, args}.',
    lookAt: 'what is emitted to the sockets for a received message',
    matches: (evidence) =>
      inVain(evidence) &&
      evidence.received.startsWith('no device did; the last it heard') &&
      !inGoal('malformed messages')(evidence),
    programs: {
      'the event by its own name': replaceIn(
        'sockets-state.ts',
        "socket.emit('message', { event, args })",
        'socket.emit(event, args)',
      ),
      'args without their event': replaceIn(
        'sockets-state.ts',
        "socket.emit('message', { event, args })",
        "socket.emit('message', args)",
      ),
    },
  },
  {
    id: 's8-not-handed-on',
    likely: 'The message reached the instances, and no device receives it.',
    lookAt:
      'what is done with a received message: which fields it reads, and whose sockets it looks up',
    matches: (evidence) =>
      evidence.received === 'no device did' &&
      reached(evidence) > 0 &&
      !inGoal('malformed messages')(evidence),
    programs: {
      'another field': replaceIn(
        'dispatch.ts',
        'const { event, id, args } =',
        'const { event, user: id, args } =',
      ),
      'read as a text': replaceIn(
        'dispatch.ts',
        'fieldsOf(message)',
        'fieldsOf(String(message))',
      ),
      'only printed': replaceIn(
        'dispatch.ts',
        deliver,
        'console.log(socketsState, id, event, args)',
      ),
    },
  },
]
