import type { LoadDevice, LoadReport, SentMessage } from './load-protocol.ts'

const maxShown = 5

/** Which message was sent when, and which device received it how often. */
export class DeliveryLog {
  readonly connected = new Set<number>()
  readonly messages = new Map<number, SentMessage>()
  /** All deliveries of all messages. */
  deliveries = 0
  /** Messages that the chat has not acknowledged. */
  unacknowledged = 0
  readonly #problems: string[] = []
  /** By message, then by device. */
  readonly #counts = new Map<number, Map<number, number>>()
  readonly #receptions: { message: number; at: number }[] = []

  /** @param devices that are to be connected throughout */
  constructor(private readonly devices: readonly Pick<LoadDevice, 'number' | 'user'>[]) {}

  /** Adds what a load process reports. */
  add({ connected, sent, acknowledged, received, problems }: LoadReport): void {
    for (const device of connected) this.connected.add(device)
    for (const one of sent) this.messages.set(one.message, one)
    this.unacknowledged += sent.length - acknowledged
    this.#problems.push(...problems)
    for (let i = 0; i < received.length; i += 3) {
      const [message = NaN, device = NaN, at = NaN] = received.subarray(i, i + 3)
      this.#receive(message, device, at)
    }
  }

  /** Messages that a device of their sender or receiver has not received (yet). */
  get missing(): string[] {
    return [...this.messages.values()].flatMap((one) =>
      this.devices
        .filter((device) => isFor(one, device) && this.#countOf(one, device) === 0)
        .map((device) => `${describe(one)} never reached ${nameOf(device)}`),
    )
  }

  /** What went wrong, in words; empty when every message arrived exactly once. */
  get faults(): string[] {
    const wrong = [...this.messages.values()].flatMap((one) =>
      this.devices.flatMap((device) => {
        const count = this.#countOf(one, device)
        if (count > 0 && !isFor(one, device))
          return [`${describe(one)} reached ${nameOf(device)}, which it is not for`]
        return count > 1 ? [`${describe(one)} reached ${nameOf(device)} ${count} times`] : []
      }),
    )
    const all = [...this.#problems, ...this.missing, ...wrong]
    const more = all.length - maxShown
    return more > 0 ? [...all.slice(0, maxShown), `and ${more} more`] : all
  }

  /** How long deliveries of messages sent `since` took, in milliseconds, sorted. */
  latencies(since = 0): Float64Array {
    const ms = this.#receptions.flatMap(({ message, at }) => {
      const sentAt = this.messages.get(message)?.at ?? -Infinity
      return sentAt >= since ? [at - sentAt] : []
    })
    return Float64Array.from(ms).toSorted()
  }

  #receive(message: number, device: number, at: number): void {
    const counts = this.#counts.get(message) ?? new Map<number, number>()
    counts.set(device, (counts.get(device) ?? 0) + 1)
    this.#counts.set(message, counts)
    this.deliveries += 1
    this.#receptions.push({ message, at })
  }

  #countOf({ message }: SentMessage, { number }: { number: number }): number {
    return this.#counts.get(message)?.get(number) ?? 0
  }
}

/** The value below which a share of all values lies. @param sorted in order */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

function isFor({ from, to }: SentMessage, { user }: { user: string }): boolean {
  return user === from || user === to
}

function describe({ message, from, to }: SentMessage): string {
  return `message ${message} (${from} to ${to})`
}

function nameOf({ number, user }: { number: number; user: string }): string {
  return `device ${number} (${user})`
}
