import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { publish, newBus, connected } from '../edits.ts'

export const busesPrograms: WrongPrograms = {
  's8-modern-clients': {
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
  's8-one-connection': {
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
  's8-options-reused': {
    'two buses': replaceIn(
      'bus.ts',
      `const bus = ${newBus}`,
      `const options = { url, retry_max_delay: 2000 }
  const first = new NodeRedisPubSub(options)
  first.on('error', () => {})
  const bus = new NodeRedisPubSub(options)`,
    ),
  },
  's8-no-url': {
    'no options': replaceIn('bus.ts', newBus, 'new NodeRedisPubSub({})'),
    'another name': replaceIn('bus.ts', newBus, 'new NodeRedisPubSub({ redisUrl: url })'),
  },
  's8-more-and-more-connections': {
    'for each message': combine(
      replaceIn('dispatch.ts', publish, 'newBus().emit(CHANNEL, message)'),
      replaceIn('dispatch.ts', 'import { subscribe, type', 'import { subscribe, newBus, type'),
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
  's8-bus-closed-with-a-device': {
    quits: replaceIn(
      'chat.ts',
      connected,
      `${connected}\n  io.on('connection', (one) => one.on('disconnect', () => void closeBus(bus)))`,
    ),
  },
}
