import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { open, connected, keepsOff } from '../edits.ts'

export const subscriptionsPrograms: WrongPrograms = {
  's8-subscribes-twice': {
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
  's8-on-inside-connection': {
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
  's8-subscribed-again': {
    'when it is ready': replaceIn(
      'dispatch.ts',
      'bus = to\n',
      "bus = to\n  let times = 0\n  bus.getRedisClient().on('ready', () => {\n    if (times++ > 0) void subscribe(to, CHANNEL, deliver)\n  })\n",
    ),
  },
  's8-unsubscribe-kills-all': {
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
}
