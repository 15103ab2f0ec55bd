// The other end of announce(): what every instance does with what it hears (step 4).

import { readAnnouncement } from './read.ts'

/** Prints an announcement; warns about anything else, and goes on. */
export function hear(message: string): void {
  const announcement = readAnnouncement(message)
  if (announcement) console.log(`${announcement.instance} ${announcement.event}`)
  else console.warn(`ignored, not an announcement: ${JSON.stringify(message.slice(0, 80))}`)
}
