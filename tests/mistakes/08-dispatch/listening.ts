import { type Mistake, all, change, commands, complained } from '../../support/index.ts'
import { listenings } from '../../support/dispatch.ts'
import { RespError } from '../../../workshop/wire/index.ts'
import {
  heardAgain,
  inGoal,
  inVain,
  listeners,
  namesInUse,
  published,
  reached,
  repeats,
  sent,
} from './seen.ts'

const newBus = 'new NodeRedisPubSub({ url, retry_max_delay: 2000 })'
const open = 'await openDispatch(bus) // first: whoever is connected must not miss anything'
const connected = "io.on('connection', onConnection)"
const emit = 'bus.emit(CHANNEL, message)'
const hearing = `return new Promise<void>((resolve, reject) => {
    bus.on(channel, handler, (error) => (error ? reject(error) : resolve()))
  })`

/** Who listens, where, and from when on? */
export const listening: Mistake[] = [
  {
    id: 's8-modern-clients',
    likely:
      'node-redis-pubsub was given clients of the `redis` package. It speaks to them as to version 3, which had other names for almost everything. Give it a URL, and it makes its own.',
    lookAt: 'the options of `new NodeRedisPubSub()`',
    seen: (evidence) =>
      complained(evidence, /psubscribe is not a function|setMaxListeners is not a function/) ||
      complained(evidence, /RedisClient.*psubscribe|ClientClosedError/),
    programs: {
      'as emitter and receiver': all(
        change(
          'bus.ts',
          "import NodeRedisPubSub from 'node-redis-pubsub'",
          "import NodeRedisPubSub from 'node-redis-pubsub'\nimport { createClient } from 'redis'",
        ),
        change(
          'bus.ts',
          newBus,
          `new NodeRedisPubSub({
    emitter: createClient({ url }).on('error', console.error),
    receiver: createClient({ url }).on('error', console.error),
  })`,
        ),
      ),
    },
  },
  {
    id: 's8-one-connection',
    likely:
      'one connection is to listen and to publish. To Redis a connection that listens is a listener, and may do nothing else. It takes two.',
    lookAt: 'the connections you open, and which of them does what',
    seen: (evidence) =>
      evidence.programs.some((program) =>
        commands(program).some(
          ({ reply }) =>
            reply instanceof RespError && /allowed in this context/.test(reply.message),
        ),
      ) || complained(evidence, /subscriber mode/),
    programs: {
      'as emitter and receiver': all(
        change(
          'bus.ts',
          "import NodeRedisPubSub from 'node-redis-pubsub'",
          `import NodeRedisPubSub from 'node-redis-pubsub'
import { createRequire } from 'node:module'
const redis3 = createRequire(createRequire(import.meta.url).resolve('node-redis-pubsub'))('redis')`,
        ),
        change(
          'bus.ts',
          newBus,
          'one(redis3.createClient(url))\n  function one(emitter) {\n    return new NodeRedisPubSub({ emitter, receiver: emitter })\n  }',
        ),
      ),
    },
  },
  {
    id: 's8-options-reused',
    likely:
      'an options object was used twice. node-redis-pubsub deletes `url` from the one it is given, and the next who gets that one calls at 127.0.0.1:6379.',
    lookAt: 'the options: a new object each time',
    seen: ({ programs }) =>
      programs.some(({ dialled, redis }) => {
        const ports = new Set(dialled.map(({ port }) => port))
        return ports.has(redis.port) && ports.size > 1
      }),
    programs: {
      'two buses': change(
        'bus.ts',
        `const bus = ${newBus}`,
        `const options = { url, retry_max_delay: 2000 }
  const first = new NodeRedisPubSub(options)
  first.on('error', () => {})
  const bus = new NodeRedisPubSub(options)`,
      ),
    },
  },
  {
    id: 's8-no-url',
    likely:
      'node-redis-pubsub was not told where Redis is, and then it calls at 127.0.0.1:6379, whatever REDIS_URL says. It reads no config var, and its option is called `url`.',
    lookAt: 'the options of `new NodeRedisPubSub()`',
    seen: ({ programs }) =>
      programs.some(
        ({ dialled, redis }) =>
          dialled.some(({ port }) => port === 6379) &&
          !dialled.some(({ port }) => port === redis.port),
      ),
    programs: {
      'no options': change('bus.ts', newBus, 'new NodeRedisPubSub({})'),
      'another name': change('bus.ts', newBus, 'new NodeRedisPubSub({ redisUrl: url })'),
      'the wrong variable': change(
        'redis-url.ts',
        'const address = parse(',
        "const address = parse(process.env.REDIS_ADDRESS ?? 'redis://localhost:6379' ?? ",
      ),
    },
  },
  {
    id: 's8-more-and-more-connections',
    likely:
      'a new bus is opened again and again: for each device, or for each message. Each has two connections to Redis, and none ever goes. One bus serves a whole process.',
    lookAt: 'where the bus is made: it should happen once, when the program starts',
    seen: ({ received }) => received.startsWith('it opens more and more'),
    programs: {
      'for each message': all(
        change('dispatch.ts', emit, 'newBus().emit(CHANNEL, message)'),
        change('dispatch.ts', 'import { hear, type', 'import { hear, newBus, type'),
      ),
      'for each device': all(
        change(
          'chat.ts',
          connected,
          `${connected}
  io.on('connection', (socket) => {
    newBus().on('outgoing_socket_message', () => socket.connected)
  })`,
        ),
      ),
    },
  },
  {
    id: 's8-nobody-listens',
    likely:
      'the messages are published, and PUBLISH answers 0: no instance listens. Publishing and listening are two things, and every instance has to do both.',
    lookAt: 'where the channel is listened to, and whether that is ever called',
    seen: (evidence) => published(evidence).length > 0 && listeners(evidence).length === 0,
    programs: {
      'never called': change('chat.ts', open, ''),
    },
  },
  {
    id: 's8-not-every-instance',
    likely:
      'not every instance listens. Each one has devices of its own, and nobody else can reach those.',
    lookAt: 'the condition under which an instance listens',
    seen: (evidence) =>
      listeners(evidence).length > 0 &&
      listeners(evidence).length < evidence.programs.filter(({ exit }) => !exit).length,
    programs: {
      'the first one': change('chat.ts', open, `if (process.env.DYNO === 'web.1') ${open}`),
    },
  },
  {
    id: 's8-scope-differs',
    likely:
      'a scope becomes part of the channel, and here it is not the same everywhere. So each hears only those whose scope is its own.',
    lookAt: 'the option `scope`, wherever a bus is made',
    seen: (evidence) => namesInUse(evidence).size > 1,
    programs: {
      'one for each instance': change(
        'bus.ts',
        '{ url, retry_max_delay: 2000 }',
        "{ url, scope: process.env.DYNO ?? '' }",
      ),
      'only who listens has one': all(
        change('bus.ts', 'bus.on(channel, handler,', "bus.on('chat:' + channel, handler,"),
      ),
    },
  },
  {
    id: 's8-pattern-in-the-scope',
    likely:
      'Redis counts no receivers, and yet they listen: node-redis-pubsub subscribes to patterns only, and in a pattern ? * [ and \\ do not stand for themselves.',
    lookAt: 'scope and channel: plain letters, digits, _ and : are safe',
    seen: (evidence) =>
      published(evidence).some(
        ({ args, reply }) => reply === 0 && /[?*[\\]/.test(`${args[0]}`),
      ),
    programs: {
      'a scope in brackets': change(
        'bus.ts',
        '{ url, retry_max_delay: 2000 }',
        "{ url, scope: '[chat]' }",
      ),
    },
  },
  {
    id: 's8-on-inside-connection',
    likely:
      'the channel is listened to once more with every device that connects. Each time one more handler hears each message, and hands it to all devices.',
    lookAt: 'where the listening begins: it belongs to the start of the program, once',
    seen: (evidence) =>
      heardAgain(evidence) &&
      !inGoal('Redis may be gone')(evidence) &&
      repeats(evidence) === 1 &&
      // Who emits locally as well does not do so on other instances.
      !/ once/.test(evidence.received),
    programs: {
      'with every device': change(
        'chat.ts',
        connected,
        `${connected}\n  io.on('connection', () => void openDispatch(bus))`,
      ),
      'with every device, from the first on': all(
        change('chat.ts', open, ''),
        change(
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
    seen: (evidence) => inGoal('Redis may be gone')(evidence) && heardAgain(evidence),
    programs: {
      'when it is ready': change(
        'dispatch.ts',
        'bus = to\n',
        "bus = to\n  let times = 0\n  bus.getRedisClient().on('ready', () => {\n    if (times++ > 0) void hear(to, CHANNEL, deliver)\n  })\n",
      ),
    },
  },
  {
    id: 's8-first-message-lost',
    likely:
      'somebody can be connected before this instance listens. What is said to them in that moment is lost: pub/sub has no memory.',
    lookAt: 'what has to be finished before the server begins to listen on its PORT',
    seen: (evidence) =>
      evidence.expected.includes('before Redis has confirmed') ||
      (inVain(evidence) && reached(evidence) === 0 && tooEarly(evidence)),
    programs: {
      'does not wait': change('chat.ts', open, 'void openDispatch(bus)'),
      'the other way round': all(
        change('chat.ts', open, ''),
        change(
          'chat.ts',
          'await listen(server)',
          'await listen(server)\n      await openDispatch(bus)',
        ),
      ),
      'does not look at the confirmation': change(
        'bus.ts',
        hearing,
        'return new Promise<void>((resolve) => {\n    bus.on(channel, handler)\n    resolve()\n  })',
      ),
    },
  },
  {
    id: 's8-unsubscribe-kills-all',
    likely:
      'when a device left, the subscription of the whole process was ended. What `on()` of node-redis-pubsub returns ends it for every handler of that channel.',
    lookAt: 'what is done when a device leaves: the others still want to hear',
    seen: (evidence) => inVain(evidence) && sent(evidence, /^P?UNSUBSCRIBE$/),
    programs: {
      'when a device leaves': all(
        change(
          'bus.ts',
          hearing,
          `return new Promise<() => void>((resolve, reject) => {
    const off = bus.on(channel, handler, (error) => (error ? reject(error) : resolve(off)))
  })`,
        ),
        change('chat.ts', open, 'off = await openDispatch(bus)'),
        change('chat.ts', 'const bus = newBus()', 'const bus = newBus()\n  let off = () => {}'),
        change(
          'chat.ts',
          connected,
          `${connected}\n  io.on('connection', (socket) => socket.on('disconnect', () => off()))`,
        ),
      ),
    },
  },
  {
    id: 's8-pattern-too-wide',
    likely:
      'the instance listens to more than the one channel. What is published elsewhere in the same Redis is handed to devices, too.',
    lookAt: 'what is subscribed to: a * there stands for anything',
    seen: ({ expected }) => expected.includes('to hear nothing of "from another channel"'),
    programs: {
      'a star': change('dispatch.ts', 'hear(bus, CHANNEL, deliver)', "hear(bus, '*', deliver)"),
    },
  },
]

function tooEarly(evidence: Parameters<typeof published>[0]): boolean {
  const [first] = published(evidence)
  return evidence.programs.flatMap(listenings).some(({ replySeq, seq }) => {
    return first !== undefined && (replySeq ?? seq) > first.seq
  })
}
