import { type Fault, judge } from '../../../workshop/dev/bench/soak/verify-delivery.ts'
import { DeliveryLog } from '../../../workshop/dev/bench/soak/delivery-log.ts'
import { stories } from '../../../workshop/dev/bench/soak/describe-faults.ts'
import type { LoadReport } from '../../../workshop/dev/bench/soak/load-protocol.ts'

/** A device in a made-up soak; its number is that of its connection, too. */
export interface Made {
  number: number
  user: string
  instance: string
}

export const phone = { number: 1, user: 'ada', instance: 'web.1.1' }
export const laptop = { number: 2, user: 'ada', instance: 'web.1.2' }
export const desk = { number: 3, user: 'grace', instance: 'web.1.2' }
export const stranger = { number: 4, user: 'linus', instance: 'web.1.3' }

/** A soak that never happened: what devices would have reported, entered by hand. */
export class MadeUp {
  readonly ledger = new DeliveryLog()

  /** All four devices are there from the beginning. */
  constructor() {
    for (const device of [phone, laptop, desk, stranger]) this.arrives(device, 0)
  }

  /** A device connects, here as its `connection`th. */
  arrives({ number, user, instance }: Made, at: number, connection = number): this {
    return this.enter({
      begun: [{ number, user, connection, dialledAt: at }],
      placed: [{ connection, instance, at }],
    })
  }

  /** A device sends a message, which is acknowledged at once. */
  sends(device: Made, message: number, to: string, at: number): this {
    this.sendsUnanswered(device, message, to, at)
    return this.enter({ answered: [{ message, at: at + 1 }] })
  }

  /** A device sends a message, and is never answered. */
  sendsUnanswered({ number, user }: Made, message: number, to: string, at: number): this {
    return this.enter({ sent: [{ message, connection: number, from: user, to, at }] })
  }

  /** Copies arrive at devices, or at connections of theirs. */
  arrive(message: number, at: number, ...devices: (Made | number)[]): this {
    const connections = devices.map((one) => (typeof one === 'number' ? one : one.number))
    const copies = connections.flatMap((connection) => [message, connection, at])
    return this.enter({ copies: Float64Array.from(copies) })
  }

  /** A worker is killed, and its devices notice a moment later. */
  kills(instance: string, at: number, ...devices: Made[]): this {
    this.ledger.kills.push({ instance, at })
    for (const device of devices) this.loses(device, at + 1)
    return this
  }

  /** A device loses its connection. */
  loses({ number }: Made, at: number): this {
    return this.enter({ ended: [{ connection: number, at }] })
  }

  /** What is wrong: the kind, and the devices' numbers. */
  get faults(): string[] {
    return judge(this.ledger).faults.map(
      ({ kind, devices }: Fault) => `${kind} ${devices.map(({ number }) => number).join()}`,
    )
  }

  /** The messages that were lost at a kill. */
  get lost(): number[] {
    return judge(this.ledger).lost.map(({ message }) => message)
  }

  /** What people are told. */
  get story(): string {
    return stories(judge(this.ledger).faults, this.ledger, 0).join('\n')
  }

  private enter(part: Partial<LoadReport>): this {
    const nothing = { begun: [], placed: [], ended: [], sent: [], answered: [] }
    this.ledger.add({ ...nothing, copies: new Float64Array(), ...part })
    return this
  }
}
