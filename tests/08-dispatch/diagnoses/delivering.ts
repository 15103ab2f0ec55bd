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
      'what was heard is parsed as JSON although it is an object already: node-redis-pubsub has done that.',
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
    likely:
      'what is meant for one user is sent to all devices of all users. The id tells whose it is.',
    lookAt: 'to whom the event is emitted when a message is heard',
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
      'the instance that publishes the message also hands it to its own devices itself. It hears it like all others, and so they get it twice.',
    lookAt:
      'everything that happens to a message after it has been sent: who tells the devices here?',
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
    likely:
      'the device that sends a message is told at once, and then once more, like all devices of its user, when the message is heard.',
    lookAt: 'what the handler of `sendMessage` emits to the socket it was given',
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
      'only other instances hand the message on. The devices on the one that published it get nothing.',
    lookAt: 'what an instance does with a message that comes from itself',
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
      'the message has reached the other instance, and that one does not hand it to its devices. Does it take the message for one of its own?',
    lookAt: 'how an instance tells what it has published itself from what others have',
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
    likely:
      'the devices hear something, but not the event `message` with {event, args} in it, which is all that a device listens to.',
    lookAt: 'what is emitted to the sockets when a message is heard',
    matches: (evidence) =>
      inVain(evidence) &&
      evidence.received.startsWith('no device did; the last it heard') &&
      !inGoal('nonsense')(evidence),
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
    likely:
      'the message has reached the instances, and no device hears it: on the last few steps, from Redis to the sockets, it gets lost.',
    lookAt:
      'what is done with a message that is heard: which fields it has, and whose devices are asked for',
    matches: (evidence) =>
      evidence.received === 'no device did' &&
      reached(evidence) > 0 &&
      !inGoal('nonsense')(evidence),
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
