// What every instance does with an announcement that it receives (step 4).

import { parseAnnouncement } from './parse-announcement.ts'

/** Prints an announcement; logs anything else and continues. */
export function logAnnouncement(message: string): void {
  const announcement = parseAnnouncement(message)
  if (announcement) console.log(`${announcement.instance} ${announcement.event}`)
  else console.warn(`ignored a malformed message: ${JSON.stringify(message.slice(0, 80))}`)
}
