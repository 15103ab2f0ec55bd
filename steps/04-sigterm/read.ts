// Anybody who reaches Redis can publish on our channel, and an older version of this app may say
// things in another way: what comes from outside is looked at before it is believed.

import type { Announcement } from './instances.ts'

/** The announcement in a message, or undefined when it is none: not JSON, null, a list, 42 ... */
export function readAnnouncement(message: string): Announcement | undefined {
  // TODO(3) JSON.parse() throws at "hello" and is happy with null. Return only what has an
  // instance (a string) and an event ('started' or 'stopped').
  return JSON.parse(message)
}
