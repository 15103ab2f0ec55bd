// Every client that reaches Redis can publish on our channel, and an older version of this app may
// use another format: input is validated before it is used.

import type { Announcement } from './instances.ts'

/** The announcement in a message, or undefined if it is malformed: not JSON, null, a list, 42 ... */
export function parseAnnouncement(message: string): Announcement | undefined {
  // TODO(3) JSON.parse() throws at "hello" and returns null for "null". Return the value only if it
  // has an `instance`, a string, and its `event` is 'started' or 'stopped'. Otherwise return undefined.
  return JSON.parse(message)
}
