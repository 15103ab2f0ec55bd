import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { open, connected, hearing } from './edits.ts'
import {
  heardAgain,
  inGoal,
  inVain,
  listensAgain,
  published,
  reached,
  repeats,
  sent,
} from './evidence-queries.ts'

// What `on()` of the bus returns is at hand where devices connect: it ends the subscription.
const keepsOff = combine(
  replaceIn(
    'bus.ts',
    hearing,
    `return new Promise<() => void>((resolve, reject) => {
    const off = bus.on(channel, handler, (error) => (error ? reject(error) : resolve(off)))
  })`,
  ),
  replaceIn('chat.ts', open, 'off = await openDispatch(bus)'),
  replaceIn('chat.ts', 'const bus = newBus()', 'const bus = newBus()\n  let off = () => {}'),
)

/** How often does an instance listen, and until when? */
export const subscriptions: KnownMistake[] = [
  {
    id: 's8-listens-twice',
    likely:
      'each instance listens twice: two handlers are on the channel, or two subscriptions fit it, and Redis delivers the message once for each of them.',
    lookAt: 'all that is subscribed to, and by how many buses',
    matches: (evidence) =>
      heardAgain(evidence) &&
      !inGoal('Redis may be gone')(evidence) &&
      repeats(evidence) === 1 &&
      (reached(evidence) > published(evidence).length * evidence.programs.length ||
        !/ once|\d+ times/.test(evidence.received)),
    programs: {
      'a pattern as well': replaceIn(
        'dispatch.ts',
        'return subscribe(bus, CHANNEL, deliver)',
        "return subscribe(bus, 'outgoing*', deliver).then(() => subscribe(bus, CHANNEL, deliver))",
      ),
      'two handlers': replaceIn(
        'dispatch.ts',
        'return subscribe(bus, CHANNEL, deliver)',
        'bus.on(CHANNEL, deliver)\n  return subscribe(bus, CHANNEL, deliver)',
      ),
      'two buses': replaceIn(
        'chat.ts',
        open,
        'await openDispatch(newBus())\n      await openDispatch(bus)',
      ),
    },
  },
  {
    id: 's8-on-inside-connection',
    likely:
      'the channel is listened to once more with every device that connects. Each time one more handler hears each message, and hands it to all devices.',
    lookAt: 'where the listening begins: it belongs to the start of the program, once',
    matches: (evidence) =>
      heardAgain(evidence) &&
      !inGoal('Redis may be gone')(evidence) &&
      repeats(evidence) === 1 &&
      (listensAgain(evidence) || !/ once/.test(evidence.received)),
    programs: {
      'with every device': replaceIn(
        'chat.ts',
        connected,
        `${connected}\n  io.on('connection', () => void openDispatch(bus))`,
      ),
      'with every user': combine(
        replaceIn('chat.ts', open, ''),
        replaceIn(
          'chat.ts',
          connected,
          `const known = new Set()
  ${connected}
  io.on('connection', ({ data }) => {
    if (!known.has(data.user)) void openDispatch(bus)
    known.add(data.user)
  })`,
        ),
      ),
      'with every device, from the first on': combine(
        replaceIn('chat.ts', open, ''),
        replaceIn(
          'chat.ts',
          connected,
          `${connected}\n  io.on('connection', () => void openDispatch(bus))`,
        ),
      ),
    },
  },
  {
    id: 's8-subscribed-again',
    likely:
      'after the loss of Redis each message is heard twice: the subscription was made anew, but node-redis-pubsub has restored the old one by itself. Now there are two handlers.',
    lookAt: "what is done when a client is 'ready' again",
    matches: (evidence) => inGoal('Redis may be gone')(evidence) && heardAgain(evidence),
    programs: {
      'when it is ready': replaceIn(
        'dispatch.ts',
        'bus = to\n',
        "bus = to\n  let times = 0\n  bus.getRedisClient().on('ready', () => {\n    if (times++ > 0) void subscribe(to, CHANNEL, deliver)\n  })\n",
      ),
    },
  },
  {
    id: 's8-unsubscribe-kills-all',
    likely:
      'the subscription of the whole process was ended, as if it belonged to a device or a message. What `on()` of node-redis-pubsub returns ends it for every handler of that channel.',
    lookAt: 'who unsubscribes, and when: the other devices still want to hear',
    matches: (evidence) => inVain(evidence) && sent(evidence, /^P?UNSUBSCRIBE$/),
    programs: {
      'when a device leaves': combine(
        keepsOff,
        replaceIn(
          'chat.ts',
          connected,
          `${connected}\n  io.on('connection', (socket) => socket.on('disconnect', () => off()))`,
        ),
      ),
      'when the last device of an instance leaves': combine(
        keepsOff,
        replaceIn(
          'chat.ts',
          connected,
          `${connected}
  io.on('connection', (socket) => socket.on('disconnect', () => io.engine.clientsCount > 1 || off()))`,
        ),
      ),
    },
  },
]
