// What instances announce to each other, and on which channel. Every subscriber receives it, the
// publisher included. Left out: storage. A subscriber that is offline misses the message.

import type { Client } from './client.ts'
import { describeError } from './fail.ts'

export const CHANNEL = 'instances'

export interface Announcement {
  instance: string
  event: 'started' | 'stopped'
}

/** Publishes what happened to this instance. A failure is logged and ends nothing. */
export async function announce(client: Client, event: Announcement['event']): Promise<void> {
  // A PaaS sets DYNO for every instance; without a platform there is just one.
  const announcement: Announcement = { instance: process.env.DYNO || 'web.1', event }
  try {
    const receivers = await client.publish(CHANNEL, JSON.stringify(announcement))
    if (receivers === 0) console.warn(`0 subscribers received "${event}"`)
  } catch (error) {
    console.error(`could not publish "${event}": Redis ${describeError(error)}`)
  }
}
