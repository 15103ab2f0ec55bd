/**
 * The channels to show when there are many: those with subscribers or a new message. They keep their
 * order.
 */
export function lastUsed<T extends { used: number; subscribers: string[] }>(
  channels: readonly T[],
  most: number,
): T[] {
  if (channels.length <= most) return [...channels]
  const rank = (one: T) => one.used + Number(one.subscribers.length > 0) / 2
  const chosen = new Set(channels.toSorted((a, b) => rank(b) - rank(a)).slice(0, most))
  return channels.filter((one) => chosen.has(one))
}
