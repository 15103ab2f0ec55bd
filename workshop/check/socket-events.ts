import { isDeepStrictEqual } from 'node:util'

/** An event that has reached a device. */
export interface ReceivedEvent {
  event: string
  args: readonly unknown[]
  /** Milliseconds on the clock of `performance.now()`. */
  at: number
}

/** Whether an event is meant: a judgement of its arguments, or fields its first one holds. */
export type EventMatcher = Record<string, unknown> | ((...args: readonly unknown[]) => boolean)

/** Whether an event is one of those that are meant. */
export function matchesEvent({ args }: ReceivedEvent, fits: EventMatcher): boolean {
  if (typeof fits === 'function') return fits(...args)
  const fields = new Map(Object.entries(Object(args[0])))
  return Object.entries(fits).every(([name, value]) =>
    isDeepStrictEqual(fields.get(name), value),
  )
}
