// Every client that reaches Redis can publish on our channel, and an older version of this app may
// use another format: input is validated before it is used.

import type { Announcement } from './instances.ts'

/** The announcement in a message, or undefined if it is malformed: not JSON, null, a list, 42 ... */
export function parseAnnouncement(message: string): Announcement | undefined {
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
