// The connection to the other instances: node-redis-pubsub converts messages to JSON and back. It
// opens two connections, one to publish and one to subscribe, with version 3 of the redis package.
// Each subscription is a pattern. Left out: a scope, which is a prefix for all channels.

import NodeRedisPubSub from 'node-redis-pubsub'
import { describeError } from './fail.ts'
import { redisAddress } from './redis-url.ts'

export type Bus = NodeRedisPubSub

/** Connects, and reconnects after an outage. Logs when the connection is lost and back. */
export function newBus(): Bus {
  const { url, host, port } = redisAddress()
  // A new object each time, because the package changes it. Without a limit the pauses between two
  // attempts keep growing.
  const bus = new NodeRedisPubSub({ url, retry_max_delay: 2000 })
  let lost = false
  bus.getRedisClient().on('ready', () => {
    if (lost) console.log('reconnected')
    lost = false
  })
  // Without this listener a lost connection would end the program.
  bus.on('error', (error) => reportError(error))
  return bus

  // A message that is not JSON comes as a string. An outage is logged once, not at every attempt.
  function reportError(error: unknown): void {
    if (typeof error === 'string') return console.warn(`ignored: ${error.slice(0, 120)}`)
    if (!lost) console.error(`Redis at ${host}:${port} ${describeError(error)} (will retry)`)
    lost = true
  }
}

/** Subscribes to a channel; resolves when Redis has confirmed the subscription. */
export function subscribe(bus: Bus, channel: string, handler: (message: unknown) => void) {
  return new Promise<void>((resolve, reject) => {
    bus.on(channel, handler, (error) => (error ? reject(error) : resolve()))
  })
}

/** Sends pending messages, then closes both connections. */
export async function closeBus(bus: Bus): Promise<void> {
  // Not bus.quit(): it returns nothing to wait for.
  await new Promise<void>((resolve) => bus.getRedisClient().quit(() => resolve()))
  bus.end()
}
