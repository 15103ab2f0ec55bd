// Anybody who reaches Redis can publish on our channel, and an older version of this app may say
// things in another way: what comes from outside is looked at before it is believed.

import type { Announcement } from './instances.ts'

/** The announcement in a message, or undefined when it is none: not JSON, null, a list, 42 ... */
export function readAnnouncement(message: string): Announcement | undefined {
  const value = parse(message)
  if (typeof value !== 'object' || value === null) return undefined
  if (!('instance' in value) || typeof value.instance !== 'string') return undefined
  if (!('event' in value)) return undefined
  if (value.event !== 'started' && value.event !== 'stopped') return undefined
  return { instance: value.instance, event: value.event }
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}
