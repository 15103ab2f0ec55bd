import type { RespValue } from './events.ts'

/** A list, set, map, push or attribute that is being read. */
export interface Aggregate {
  /** Its first byte: `*`, `~`, `%`, `>` or `|`. */
  type: string
  /** Values still to come; `Infinity` when the end is marked instead. */
  left: number
  /** Of a map: keys and values in turn. */
  items: RespValue[]
  /** How many more there were than are kept. */
  dropped: number
}

/**
 * Whether a push inside other values is one of them. Redis may put a message into the middle
 * of EXEC's answer, where it does not count; but a SUBSCRIBE inside a transaction has its
 * confirmation, a push too, for its answer.
 */
export function isElement(push: Aggregate, around: Aggregate[]): boolean {
  return around.length > 0 && /^[ps]?(un)?subscribe$/.test(String(push.items[0]))
}

/** The finished value. */
export function built({ type, items, dropped }: Aggregate): RespValue {
  if (type === '%') return mapOf(items)
  if (dropped > 0) items.push(`… (cut: ${items.length + dropped} items)`)
  return items
}

function mapOf(items: RespValue[]): Map<RespValue, RespValue> {
  const map = new Map<RespValue, RespValue>()
  for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i] ?? null, items[i + 1] ?? null)
  return map
}
