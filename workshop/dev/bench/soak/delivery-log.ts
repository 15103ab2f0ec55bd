import type { Answered, Connected, Ended, Located, LoadReport, Sent } from './load-protocol.ts'

/** A connection of a device, from its dial to its end. */
export interface Connection extends Connected {
  /** On which instance it is, and since when the device knows. */
  here?: { instance: string; at: number }
  endedAt?: number
}

/** A message, and every copy of it that arrived anywhere. */
export interface Message extends Sent {
  answer?: Answered
}

/** One copy of a message. */
export interface Delivery {
  connection: number
  at: number
}

/** A worker was killed. */
export interface WorkerKill {
  instance: string
  at: number
}

/** What happened in a soak, as the devices and the killer wrote it down. See `judge`. */
export class DeliveryLog {
  readonly connections = new Map<number, Connection>()
  readonly messages = new Map<number, Message>()
  readonly kills: WorkerKill[] = []
  /** By message. */
  private readonly copies = new Map<number, Delivery[]>()
  /** All copies of all messages. */
  deliveries = 0

  /** Enters what a load process reports. What belongs together may come in different reports. */
  add(report: LoadReport): void {
    for (const begun of report.begun) this.connections.set(begun.connection, { ...begun })
    for (const placed of report.placed) this.place(placed)
    for (const ended of report.ended) this.end(ended)
    for (const sent of report.sent) this.messages.set(sent.message, { ...sent })
    for (const answered of report.answered) this.answer(answered)
    const { copies } = report
    for (let i = 0; i < copies.length; i += 3) {
      const [message = NaN, connection = NaN, at = NaN] = copies.subarray(i, i + 3)
      this.copy(message, { connection, at })
    }
  }

  /** All copies of a message. */
  copiesOf(message: number): readonly Delivery[] {
    return this.copies.get(message) ?? []
  }

  /** The connections that are there now, each on an instance it knows. */
  present(): Connection[] {
    return [...this.connections.values()].filter(
      ({ here, endedAt }) => here !== undefined && endedAt === undefined,
    )
  }

  /** How long each copy of messages sent `since` was on its way, in milliseconds, sorted. */
  latencies(since = 0): Float64Array {
    const ms: number[] = []
    for (const [message, copies] of this.copies) {
      const sentAt = this.messages.get(message)?.at ?? -Infinity
      if (sentAt >= since) for (const { at } of copies) ms.push(at - sentAt)
    }
    return Float64Array.from(ms).toSorted()
  }

  private place({ connection, instance, at }: Located): void {
    const known = this.connections.get(connection)
    if (known) known.here = { instance, at }
  }

  private end({ connection, at }: Ended): void {
    const known = this.connections.get(connection)
    if (known) known.endedAt = at
  }

  private answer(answer: Answered): void {
    const message = this.messages.get(answer.message)
    if (message) message.answer = answer
  }

  private copy(message: number, copy: Delivery): void {
    const known = this.copies.get(message)
    if (known) known.push(copy)
    else this.copies.set(message, [copy])
    this.deliveries += 1
  }
}

/** The value below which a share of all values lies. @param sorted in order */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
