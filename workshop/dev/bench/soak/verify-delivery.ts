import type { Connection, WorkerKill, DeliveryLog, Message } from './delivery-log.ts'

/** What must not happen, kill or no kill. */
export type Fault =
  /** Devices that were there all the time have not got it; `overtaken`: nor will they. */
  | { kind: 'missing'; message: Message; devices: Connection[]; overtaken: boolean }
  /** A device got it more than once. */
  | { kind: 'double'; message: Message; devices: Connection[] }
  /** Devices of a user whom it does not concern got it. */
  | { kind: 'astray'; message: Message; devices: Connection[] }
  | { kind: 'unanswered'; message: Message; devices: [] }
  | { kind: 'refused'; message: Message; devices: [] }
  /** A device lost its connection though nobody had killed its worker. */
  | { kind: 'dropped'; devices: [Connection] }

/** How a soak went. */
export interface Judgement {
  /** Messages of which a device has no copy because its worker or the sender's was killed. */
  lost: Message[]
  faults: Fault[]
}

/**
 * Judges a soak: every message from a living device to a living device arrives exactly once. A
 * device is living as long as it has one connection. What was in flight when the sender's or
 * the receiver's worker was killed may be lost, but never doubled; and whatever another message
 * has overtaken was in flight no more.
 */
export function judge(ledger: DeliveryLog): Judgement {
  return new Judge(ledger).judgement()
}

class Judge {
  private readonly connections: Connection[]
  // When the last message was sent that came through a connection, by the way it took.
  private last: Map<number, Map<string, number>> | undefined

  constructor(private readonly ledger: DeliveryLog) {
    this.connections = [...ledger.connections.values()]
  }

  judgement(): Judgement {
    const faults: Fault[] = this.connections
      .filter((one) => one.here && one.endedAt !== undefined && !this.killed(one))
      .map((one) => ({ kind: 'dropped', devices: [one] }))
    const lost: Message[] = []
    for (const message of this.ledger.messages.values()) {
      const absent = this.absent(message)
      const missing = absent.filter((one) => !this.mayBeLost(message, one))
      if (missing.length > 0) faults.push(this.missing(message, missing))
      else if (absent.length > 0) lost.push(message)
      faults.push(...this.tooMany(message), ...this.notAccepted(message))
    }
    return { lost, faults }
  }

  private missing(message: Message, devices: Connection[]): Fault {
    const overtaken = devices.every((one) => this.overtaken(message, one))
    return { kind: 'missing', message, devices, overtaken }
  }

  // Living devices of both users that have no copy.
  private absent(message: Message): Connection[] {
    const copies = new Set(this.ledger.copiesOf(message.message).map((copy) => copy.connection))
    return this.connections.filter(
      (one) =>
        concerns(message, one) && isLiving(one, message.at) && !copies.has(one.connection),
    )
  }

  private tooMany(message: Message): Fault[] {
    const seen = new Map<number, Connection>()
    const twice = new Set<Connection>()
    const strangers = new Set<Connection>()
    for (const { connection } of this.ledger.copiesOf(message.message)) {
      const one = this.ledger.connections.get(connection)
      if (!one) continue
      if (!concerns(message, one)) strangers.add(one)
      if (seen.has(one.number)) twice.add(one)
      seen.set(one.number, one)
    }
    const faults: Fault[] = []
    if (twice.size > 0) faults.push({ kind: 'double', message, devices: [...twice] })
    if (strangers.size > 0) faults.push({ kind: 'astray', message, devices: [...strangers] })
    return faults
  }

  private notAccepted(message: Message): Fault[] {
    if (message.answer?.refusal !== undefined)
      return [{ kind: 'refused', message, devices: [] }]
    const sender = this.senderOf(message)
    if (message.answer || (sender && this.killed(sender))) return []
    return [{ kind: 'unanswered', message, devices: [] }]
  }

  private mayBeLost(message: Message, receiver: Connection): boolean {
    const sender = this.senderOf(message)
    const neverLeft = sender && this.killed(sender) && !this.reached(message, receiver.user)
    const cut = this.killed(receiver) ?? neverLeft
    return Boolean(cut) && !this.overtaken(message, receiver)
  }

  // Redis tells all subscribers or none: if one device of the user has it, it had left.
  private reached(message: Message, user: string): boolean {
    return this.ledger
      .copiesOf(message.message)
      .some((copy) => this.ledger.connections.get(copy.connection)?.user === user)
  }

  // The same way, sent when this one had already been acknowledged: it cannot come later.
  private overtaken({ answer, connection }: Message, receiver: Connection): boolean {
    const way = this.wayFrom(connection)
    this.last ??= this.lastOnes()
    const last = this.last.get(receiver.connection)?.get(way) ?? -Infinity
    return answer !== undefined && last > answer.at
  }

  private lastOnes(): Map<number, Map<string, number>> {
    const last = new Map<number, Map<string, number>>()
    for (const { message, connection: sender, at } of this.ledger.messages.values()) {
      const way = this.wayFrom(sender)
      for (const { connection } of this.ledger.copiesOf(message)) {
        const ways = last.get(connection) ?? new Map<string, number>()
        last.set(connection, ways.set(way, Math.max(ways.get(way) ?? 0, at)))
      }
    }
    return last
  }

  // A worker is replaced under the same name: the number of its deaths tells one from the other.
  private wayFrom(connection: number): string {
    const one = this.ledger.connections.get(connection)
    const instance = one?.here?.instance
    const deaths = this.ledger.kills.filter(
      (kill) => one && kill.instance === instance && kill.at < one.dialledAt,
    )
    return `${instance} ${deaths.length}`
  }

  private killed(one: Connection): WorkerKill | undefined {
    const { here, dialledAt, endedAt = -Infinity } = one
    return this.ledger.kills.find(
      ({ instance, at }) => instance === here?.instance && at >= dialledAt && at <= endedAt,
    )
  }

  private senderOf(message: Message): Connection | undefined {
    return this.ledger.connections.get(message.connection)
  }
}

function concerns({ from, to }: Message, { user }: Connection): boolean {
  return user === from || user === to
}

function isLiving({ here, endedAt = Infinity }: Connection, at: number): boolean {
  return here !== undefined && here.at <= at && endedAt >= at
}
