import type { CommandEvent } from '../proxy/events.ts'

/** Whether a publication may have been meant as this one: the same channel, or the same words. */
export function resemblesPublish(
  [channel, message = '']: readonly string[],
  expected: string,
  fields: Record<string, unknown>,
): boolean {
  return (
    channel === expected || Object.values(fields).every((word) => message.includes(`${word}`))
  )
}

/** Whether this is a confirmed subscription to a channel, also by a pattern. */
export function confirmsSubscription(
  { name, args, reply }: CommandEvent,
  channel: string,
): boolean {
  if (!Array.isArray(reply)) return false
  if (name === 'SUBSCRIBE') return args.includes(channel)
  return name === 'PSUBSCRIBE' && args.some((pattern) => matchesGlob(pattern, channel))
}

/** Whether a pattern of PSUBSCRIBE fits a channel. */
export function matchesGlob(pattern: string, channel: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(channel)
}
