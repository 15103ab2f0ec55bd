// The line to the other instances: node-redis-pubsub, which turns messages into JSON and back. It
// has two connections, one to publish and one to listen, and brings a redis package of its own:
// version 3, where each subscription is a pattern.
// Left out: a scope, a prefix for all channels, for apps that have to share one Redis.

import NodeRedisPubSub from 'node-redis-pubsub'
import { describeError } from './fail.ts'
import { redisAddress } from './redis-url.ts'

export type Bus = NodeRedisPubSub

/** Connects, and goes on trying when Redis is gone. It says when it is lost and when it is back. */
export function newBus(): Bus {
  const { url, host, port } = redisAddress()
  // An object of its own: the package changes it. Without a limit the pauses between two attempts
  // grow and grow.
  const bus = new NodeRedisPubSub({ url, retry_max_delay: 2000 })
  let lost = false
  // Without this listener a lost Redis would end the program. A message that is no JSON comes here, too.
  bus.on('error', (error) => {
    if (typeof error === 'string') return console.warn(`ignored: ${error.slice(0, 120)}`)
    if (!lost) console.error(`Redis at ${host}:${port} ${describeError(error)} (will retry)`)
    lost = true
  })
  bus.getRedisClient().on('ready', () => {
    if (lost) console.log('reconnected')
    lost = false
  })
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
