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
      'Each instance receives a message twice: two handlers, or two subscriptions that match the channel.',
    lookAt: 'all subscriptions, and all buses',
    matches: (evidence) =>
      heardAgain(evidence) &&
      !inGoal('after Redis was offline')(evidence) &&
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
      'You subscribe again for every device that connects. Each time one more handler delivers each message.',
    lookAt: 'where the subscription is made: once, at the start',
    matches: (evidence) =>
      heardAgain(evidence) &&
      !inGoal('after Redis was offline')(evidence) &&
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
      'After Redis was offline each message arrives twice: you subscribed again, and node-redis-pubsub has restored the subscription itself.',
    lookAt: "what is done when a client is 'ready' again",
    matches: (evidence) => inGoal('after Redis was offline')(evidence) && heardAgain(evidence),
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
      'The subscription of the whole process was ended. The function that `on()` returns ends it for every handler of the channel.',
    lookAt: 'what unsubscribes, and when',
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
