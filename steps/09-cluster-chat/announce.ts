// What instances tell each other, as in step 3. The name tells whose cluster worker this is.

import type { Bus } from './bus.ts'
import { instance } from './instance.ts'

/** Tells everybody who listens what happened to this process. */
export function announce(bus: Bus, event: 'started' | 'stopped'): void {
  bus.emit('instances', { instance, event })
  console.log(`${instance} ${event}`)
}
