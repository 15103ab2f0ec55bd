import { type Mistake, all, change, complained } from '../../support/index.ts'
import { copiesOn, heardAgain, inGoal, inVain, reached, repeats } from './seen.ts'

const publish = 'bus.emit(CHANNEL, message)'
const deliver = 'socketsState.emit(id, event, args)'
const emit =
  "for (const socket of sockets.get(user) ?? []) socket.emit('message', { event, args })"

/** Who gets what was heard, and how often? */
export const delivering: Mistake[] = [
  {
    id: 's8-parsed-again',
    likely:
      'what was heard is parsed as JSON although it is an object already: node-redis-pubsub has done that.',
    lookAt: 'every `JSON.parse()` of a message',
    seen: (evidence) => complained(evidence, /\[object Object\]/),
    programs: {
      'as it comes': change(
        'dispatch.ts',
        'fieldsOf(message)',
        'fieldsOf(JSON.parse(`${message}`))',
      ),
    },
  },
  {
    id: 's8-redispatch-loop',
    likely:
      'what was heard is dispatched again. That is heard, too, by every instance, and dispatched again: a storm that nothing ends.',
    lookAt: 'what is called when a message is heard: it may tell devices, and nobody else',
    seen: (evidence) => repeats(evidence) > 2 && !inGoal('nonsense')(evidence),
    programs: {
      'dispatches what it heard': change(
        'dispatch.ts',
        deliver,
        `${deliver}\n  dispatch({ event, id, args })`,
      ),
    },
  },
  {
    id: 's8-to-everybody',
    likely:
      'what is meant for one user is sent to all devices of all users. The id tells whose it is.',
    lookAt: 'to whom the event is emitted when a message is heard',
    seen: ({ expected }) => expected.endsWith('which is for others'),
    programs: {
      'to every socket': all(
        change(
          'chat.ts',
          "io.on('connection', onConnection)",
          "io.on('connection', onConnection)\n  bus.on('outgoing_socket_message', ({ event, args }) => io.emit('message', { event, args }))",
        ),
        change('dispatch.ts', deliver, 'void [id, event, args, socketsState]'),
      ),
    },
  },
  {
    id: 's8-local-and-dispatch',
    likely:
      'the instance that publishes the message also hands it to its own devices itself. It hears it like all others, and so they get it twice.',
    lookAt:
      'everything that happens to a message after it has been sent: who tells the devices here?',
    seen: (evidence) =>
      heardAgain(evidence) &&
      repeats(evidence) === 1 &&
      copiesOn('web.2', evidence).includes('once') !==
        copiesOn('web.1', evidence).includes('once'),
    programs: {
      'in dispatch()': change(
        'dispatch.ts',
        publish,
        `${publish}\n  socketsState.emit(message.id, message.event, message.args)`,
      ),
    },
  },
  {
    id: 's8-not-its-own-devices',
    likely:
      'only other instances hand the message on. The devices on the one that published it get nothing.',
    lookAt: 'what an instance does with a message that comes from itself',
    seen: ({ received }) => /^only .*heard it$/.test(received) && !sharesInstance(received),
    programs: {
      'ignores what it published': all(
        change('dispatch.ts', publish, 'bus.emit(CHANNEL, { ...message, by: process.pid })'),
        change('dispatch.ts', deliver, `if (Object(message).by !== process.pid) ${deliver}`),
      ),
    },
  },
  {
    id: 's8-one-leaves-all-leave',
    likely:
      'when one device left, its user was forgotten, with all other devices on that instance.',
    lookAt: 'what is forgotten when a device leaves',
    seen: (evidence) => inVain(evidence) && /one has left/.test(evidence.expected),
    programs: {
      'forgets the user': change(
        'sockets-state.ts',
        'if (devices?.size === 0) sockets.delete(user)',
        'sockets.delete(user)',
      ),
    },
  },
  {
    id: 's8-not-every-device',
    likely:
      'one device of the user gets the message, and another on the same instance does not. A user may have several, everywhere.',
    lookAt: 'how many sockets of a user are remembered, and how many are told',
    seen: ({ received }) => /^only .*heard it$/.test(received),
    programs: {
      'the last one': change(
        'sockets-state.ts',
        '?? new Set()',
        '?.size === -1 ? new Set() : new Set()',
      ),
      'the first one': change(
        'sockets-state.ts',
        emit,
        `const [socket] = sockets.get(user) ?? []
    socket?.emit('message', { event, args })`,
      ),
    },
  },
  {
    id: 's8-presence-stays-here',
    likely:
      'that a device comes or leaves is told to those on its own instance only. For all others of that user it is still there, or has never come.',
    lookAt: 'every place that tells something to a user: do they all go through `dispatch()`?',
    seen: ({ expected }) => expected.includes('to hear the same of'),
    programs: {
      'who leaves': all(
        change(
          'handlers.ts',
          "import { instance } from './instance.ts'",
          "import { instance } from './instance.ts'\nimport { socketsState } from './sockets-state.ts'",
        ),
        change(
          'handlers.ts',
          "dispatch({ event: 'deviceGone', id: user, args: { device, instance } })",
          "socketsState.emit(user, 'deviceGone', { device, instance })",
        ),
      ),
      'who comes': all(
        change(
          'handlers.ts',
          "import { instance } from './instance.ts'",
          "import { instance } from './instance.ts'\nimport { socketsState } from './sockets-state.ts'",
        ),
        change(
          'handlers.ts',
          `dispatch({
      event: 'deviceHere',
      id: socket.data.user,
      args: { device, name, instance },
    })`,
          "socketsState.emit(socket.data.user, 'deviceHere', { device, name, instance })",
        ),
      ),
    },
  },
  {
    id: 's8-other-event',
    likely:
      'the devices hear something, but not the event `message` with {event, args} in it, which is all that a device listens to.',
    lookAt: 'what is emitted to the sockets when a message is heard',
    seen: (evidence) =>
      inVain(evidence) && /^no device did; the last it heard/.test(evidence.received),
    programs: {
      'the event by its own name': change(
        'sockets-state.ts',
        "socket.emit('message', { event, args })",
        'socket.emit(event, args)',
      ),
      'args without their event': change(
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
    seen: (evidence) =>
      inVain(evidence) && reached(evidence) > 0 && !inGoal('nonsense')(evidence),
    programs: {
      'another field': change(
        'dispatch.ts',
        'const { event, id, args } =',
        'const { event, user: id, args } =',
      ),
      'read as a text': change('dispatch.ts', 'fieldsOf(message)', 'fieldsOf(String(message))'),
      'only printed': change(
        'dispatch.ts',
        deliver,
        'console.log(socketsState, id, event, args)',
      ),
    },
  },
]

// Of two devices on one instance one has heard it, or all who have are on another instance.
function sharesInstance(received: string): boolean {
  return ['web.1', 'web.2'].every((name) => received.includes(`on ${name}`))
}
