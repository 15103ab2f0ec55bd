// The line to the other instances: node-redis-pubsub, which turns messages into JSON and back. It
// has two connections, one to publish and one to listen, and brings a redis package of its own:
// version 3, where each subscription is a pattern.
// Left out: a scope, a prefix for all channels, for apps that have to share one Redis.

import NodeRedisPubSub from 'node-redis-pubsub'
import { redisAddress } from './redis-url.ts'

export type Bus = NodeRedisPubSub

/** Connects, and goes on trying when Redis is gone. It says when it is lost and when it is back. */
export function newBus(): Bus {
  const { url } = redisAddress()
  // An object of its own: the package changes it. Without a limit the pauses between two attempts
  // grow and grow.
  const bus = new NodeRedisPubSub({ url, retry_max_delay: 2000 })
  // TODO(1) Nobody listens to 'error': a Redis that is gone for a moment ends the program, and a
  // message that is no JSON is handed on as it is. Say once what happened (`reason()` knows), and
  // say `reconnected` when the client of `bus.getRedisClient()` is 'ready' again.
  return bus
}

/** Listens to a channel; resolves when Redis has confirmed that it will be heard. */
export function subscribe(bus: Bus, channel: string, handler: (message: unknown) => void) {
  return new Promise<void>((resolve, reject) => {
    bus.on(channel, handler, (error) => (error ? reject(error) : resolve()))
  })
}

/** Sends what is still to be sent, then closes both connections. */
export async function closeBus(bus: Bus): Promise<void> {
  // bus.quit() does the same, but nobody could wait for it.
  await new Promise<void>((resolve) => bus.getRedisClient().quit(() => resolve()))
  bus.end()
}
