// Announcements as in step 3. The name contains the instance of this cluster worker.

import type { Bus } from './bus.ts'
import { instance } from './instance.ts'

/** Publishes and prints what happened to this process. */
export function announce(bus: Bus, event: 'started' | 'stopped'): void {
  bus.emit('instances', { instance, event })
  console.log(`${instance} ${event}`)
}
