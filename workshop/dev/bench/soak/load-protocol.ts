// What the bench and its load processes say to each other. All times are milliseconds of one
// clock, which every process of a machine shares.

/** A device that a load process shall bring along. */
export interface DevicePlan {
  /** Unique among all devices. */
  number: number
  user: string
}

/** What a load process is told to do. It answers every order with a report. */
export type LoadCommand =
  | { do: 'connect'; url: string; devices: DevicePlan[] }
  | { do: 'send'; perSecond: number }
  /** Send no more. */
  | { do: 'rest' }
  /** Send one last message from every instance to every user. */
  | { do: 'fence' }
  | { do: 'report' }

/** What happened to the devices of one load process since it was asked last. */
export interface LoadReport {
  begun: Connected[]
  placed: Located[]
  ended: Ended[]
  sent: Sent[]
  answered: Answered[]
  /** Copies of messages; packed, because there are many: message, connection, time, and so on. */
  copies: Float64Array
}

/** A device has a connection. */
export interface Connected extends DevicePlan {
  connection: number
  dialledAt: number
}

/** A device knows on which instance it is. */
export interface Located {
  connection: number
  instance: string
  at: number
}

/** A device has lost its connection. */
export interface Ended {
  connection: number
  at: number
}

/** A device has sent a message. */
export interface Sent {
  message: number
  connection: number
  from: string
  to: string
  at: number
}

/** A message was acknowledged. */
export interface Answered {
  message: number
  at: number
  /** It was not accepted. */
  refusal?: string
}

/** The clock: it never jumps, and is the same in every process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
