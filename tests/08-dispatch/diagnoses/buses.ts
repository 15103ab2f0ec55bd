import {
  type KnownMistake,
  combine,
  replaceIn,
  commands,
  printedOnStderr,
} from '../../../workshop/check/suite.ts'
import { RespError, type WireEvent } from '../../../workshop/proxy/index.ts'
import { publish, newBus, connected } from './edits.ts'
import { inGoal, inVain } from './evidence-queries.ts'

/** Which connections are there, and where to? */
export const buses: KnownMistake[] = [
  {
    id: 's8-modern-clients',
    likely:
      'You pass clients of the `redis` package to node-redis-pubsub, which contains version 3 and needs such clients. Pass a URL.',
    lookAt: 'the options of `new NodeRedisPubSub()`',
    matches: (evidence) =>
      printedOnStderr(
        evidence,
        /psubscribe is not a function|setMaxListeners is not a function/,
      ) || printedOnStderr(evidence, /RedisClient.*psubscribe|ClientClosedError/),
    programs: {
      'as emitter and receiver': combine(
        replaceIn(
          'bus.ts',
          "import NodeRedisPubSub from 'node-redis-pubsub'",
          "import NodeRedisPubSub from 'node-redis-pubsub'\nimport { createClient } from 'redis'",
        ),
        replaceIn(
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
      'One connection both subscribes and publishes. With RESP 2 a subscriber connection accepts no other commands.',
    lookAt: 'the connections you open, and what each is used for',
    matches: (evidence) =>
      evidence.programs.some((program) =>
        commands(program).some(
          ({ reply }) =>
            reply instanceof RespError && /allowed in this context/.test(reply.message),
        ),
      ) || printedOnStderr(evidence, /subscriber mode/),
    programs: {
      'as emitter and receiver': combine(
        replaceIn(
          'bus.ts',
          "import NodeRedisPubSub from 'node-redis-pubsub'",
          `import NodeRedisPubSub from 'node-redis-pubsub'
import { createRequire } from 'node:module'
const redis3 = createRequire(createRequire(import.meta.url).resolve('node-redis-pubsub'))('redis')`,
        ),
        replaceIn(
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
      'An options object is used twice. node-redis-pubsub deletes `url` from it, so the second bus connects to 127.0.0.1:6379.',
    lookAt: 'the options: create a new object each time',
    matches: ({ programs }) =>
      programs.some(({ connectAttempts, redis }) => {
        const ports = new Set(connectAttempts.map(({ port }) => port))
        return ports.has(redis.port) && ports.size > 1
      }),
    programs: {
      'two buses': replaceIn(
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
      'node-redis-pubsub gets no `url`, so it connects to 127.0.0.1:6379. It does not read REDIS_URL itself.',
    lookAt: 'the options of `new NodeRedisPubSub()`',
    matches: ({ programs }) =>
      programs.some(
        ({ connectAttempts, redis }) =>
          connectAttempts.some(({ host, port }) => port === 6379 && host === '127.0.0.1') &&
          !connectAttempts.some(({ port }) => port === redis.port),
      ),
    programs: {
      'no options': replaceIn('bus.ts', newBus, 'new NodeRedisPubSub({})'),
      'another name': replaceIn('bus.ts', newBus, 'new NodeRedisPubSub({ redisUrl: url })'),
    },
  },
  {
    id: 's8-more-and-more-connections',
    likely:
      'You open a new bus for each device or each message. One bus is enough for a process.',
    lookAt: 'where the bus is created: once, at the start',
    matches: ({ received }) => received.startsWith('it opens more and more'),
    programs: {
      'for each message': combine(
        replaceIn('dispatch.ts', publish, 'newBus().emit(CHANNEL, message)'),
        replaceIn(
          'dispatch.ts',
          'import { subscribe, type',
          'import { subscribe, newBus, type',
        ),
      ),
      'for each device': combine(
        replaceIn(
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
    id: 's8-bus-closed-with-a-device',
    likely:
      'When a device disconnects, you close the bus. It belongs to the process, not to a device.',
    lookAt: 'what is closed at a disconnect',
    matches: (evidence) =>
      inGoal('all devices of a user receive')(evidence) &&
      inVain(evidence) &&
      evidence.programs.some(({ exit, wire }) => !exit && wire.some(isGoodbye)),
    programs: {
      quits: replaceIn(
        'chat.ts',
        connected,
        `${connected}\n  io.on('connection', (one) => one.on('disconnect', () => void closeBus(bus)))`,
      ),
    },
  },
]

function isGoodbye(event: WireEvent): boolean {
  return event.kind === 'close' && event.by !== 'proxy'
}
