import type { Fault } from './verify-delivery.ts'
import type { Connection, DeliveryLog, Message } from './delivery-log.ts'

const most = 5

/**
 * What went wrong, for people: which devices, on which workers, when. The first few tell
 * enough, the rest is counted.
 *
 * @param start when the soak began; times are told from there
 */
export function stories(
  faults: readonly Fault[],
  ledger: DeliveryLog,
  start: number,
): string[] {
  const teller = new Teller(ledger, start)
  const told = faults.slice(0, most).flatMap((fault) => teller.tell(fault))
  return faults.length > most ? [...told, `and ${faults.length - most} more`] : told
}

class Teller {
  constructor(
    private readonly ledger: DeliveryLog,
    private readonly start: number,
  ) {}

  tell(fault: Fault): string[] {
    if (fault.kind === 'dropped') {
      const [one] = fault.devices
      const when = this.time(one.endedAt ?? NaN)
      return [
        `${this.name(one)} lost its connection at ${when}, and nobody had killed its worker`,
      ]
    }
    const { message } = fault
    return [
      this.sent(message),
      `  ${this.what(fault)}`,
      ...fault.devices.slice(0, most).map((one) => `    ${this.device(one, message)}`),
      ...this.kills(message),
    ]
  }

  private sent({ message, connection, from, to, at, answer }: Message): string {
    const sender = this.ledger.connections.get(connection)
    const answered = answer
      ? `answered ${(answer.at - at).toFixed(1)} ms later`
      : 'not answered'
    const by = sender ? this.name(sender) : from
    return `message ${message} to ${to}, sent by ${by} at ${this.time(at)}, ${answered}:`
  }

  private what({ kind, message, devices }: Exclude<Fault, { kind: 'dropped' }>): string {
    const copies = this.ledger.copiesOf(message.message).length
    const count = `${devices.length} ${devices.length === 1 ? 'device' : 'devices'}`
    if (kind === 'missing') return `${count} never got it, ${copies} copies arrived elsewhere`
    if (kind === 'double') return `${count} got it more than once`
    if (kind === 'astray') return `${count} got it though it is none of their business`
    if (kind === 'refused') return `it was refused: ${message.answer?.refusal}`
    return `its sender was never answered, ${copies} copies arrived`
  }

  private device(one: Connection, { message }: Message): string {
    const times = this.ledger
      .copiesOf(message)
      .filter(
        ({ connection }) => this.ledger.connections.get(connection)?.number === one.number,
      )
      .map(({ at }) => this.time(at))
    const since = one.here ? `, there since ${this.time(one.here.at)}` : ''
    const until = one.endedAt === undefined ? '' : `, gone at ${this.time(one.endedAt)}`
    const got = times.length > 0 ? `: got it at ${times.join(' and ')}` : ''
    return `${this.name(one)}${since}${until}${got}`
  }

  private kills({ at }: Message): string[] {
    const near = this.ledger.kills.filter((kill) => Math.abs(kill.at - at) < 5000)
    const told = near.map((kill) => `${kill.instance} at ${this.time(kill.at)}`)
    return told.length > 0 ? [`  killed around then: ${told.join(', ')}`] : []
  }

  private name({ number, user, here }: Connection): string {
    return `device ${number} (${user}, on ${here?.instance ?? 'an unknown worker'})`
  }

  private time(at: number): string {
    return `${((at - this.start) / 1000).toFixed(3)} s`
  }
}
