// What instances tell each other, and where. Everybody on the channel hears it, the sender too.
// Left out: memory. Whoever is not listening at that moment never hears it.

import type { Client } from './client.ts'
import { reason } from './fail.ts'

export const CHANNEL = 'instances'

export interface Announcement {
  instance: string
  event: 'started' | 'stopped'
}

/** Tells all instances what happened to this one. Not being heard is said, but ends nothing. */
export async function announce(client: Client, event: Announcement['event']): Promise<void> {
  // A PaaS names every instance in DYNO; by hand there is just one.
  const announcement: Announcement = { instance: process.env.DYNO || 'web.1', event }
  try {
    const receivers = await client.publish(CHANNEL, JSON.stringify(announcement))
    if (receivers === 0) console.warn(`nobody heard "${event}"`)
  } catch (error) {
    console.error(`could not say "${event}": Redis ${reason(error)}`)
  }
}
