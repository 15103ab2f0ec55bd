import {
  type Diagnosis,
  closedConnections,
  commands,
  printedOnStderr,
  RespError,
} from '../../../workshop/check/suite.ts'
import { missed } from './evidence-queries.ts'

/** Which connections are there, and where to? */
export const buses: Diagnosis[] = [
  {
    id: 's8-modern-clients',
    explainsCodeError: true,
    likely:
      'You pass clients of the `redis` package to node-redis-pubsub, which contains version 3 and needs such clients. Pass a URL.',
    lookAt: 'the options of `new NodeRedisPubSub()`',
    requires: (evidence) =>
      printedOnStderr(
        evidence,
        /(psubscribe|setMaxListeners) is not a function|ClientClosedError/,
      ),
  },
  {
    id: 's8-one-connection',
    likely:
      'You subscribe and publish on one connection. With RESP 2 a connection that is subscribed accepts no other commands.',
    lookAt: 'the connections you open, and what each is used for',
    requires: (evidence) =>
      evidence.apps.some((app) =>
        commands(app).some(
          ({ reply }) =>
            reply instanceof RespError && /allowed in this context/.test(reply.message),
        ),
      ) || printedOnStderr(evidence, /subscriber mode/),
  },
  {
    id: 's8-options-reused',
    likely:
      'You use an options object twice. node-redis-pubsub deletes `url` from it, so the second bus connects to 127.0.0.1:6379.',
    lookAt: 'the options: create a new object each time',
    requires: ({ apps }) =>
      apps.some(({ connectAttempts, redis }) => {
        const ports = new Set(connectAttempts.map(({ port }) => port))
        return ports.has(redis.port) && ports.has(6379) && redis.port !== 6379
      }),
  },
  {
    id: 's8-no-url',
    likely:
      'node-redis-pubsub gets no `url`, so it connects to 127.0.0.1:6379. It does not read REDIS_URL itself.',
    lookAt: 'the options of `new NodeRedisPubSub()`',
    requires: ({ apps }) =>
      apps.some(
        ({ connectAttempts, redis }) =>
          connectAttempts.some(({ host, port }) => port === 6379 && host === '127.0.0.1') &&
          !connectAttempts.some(({ port }) => port === redis.port),
      ),
  },
  {
    id: 's8-more-and-more-connections',
    likely:
      'You open a new bus for each device or each message. One bus is enough for a process.',
    lookAt: 'where the bus is created: once, at the start',
    requires: ({ fact }) => fact.kind === 'growth',
  },
  {
    id: 's8-bus-closed-with-a-device',
    likely:
      'When a device disconnects, you close the bus. It belongs to the process, not to a device.',
    lookAt: 'what is closed at a disconnect',
    requires: (evidence) =>
      missed(evidence, 'device-left') !== undefined &&
      evidence.apps.some((app) => !app.exit && closedConnections(app).length > 0),
  },
]
