// What the bench and its load processes send each other. All times are milliseconds of one clock.

/** A simulated device. */
export interface LoadDevice {
  /** Unique among all devices. */
  number: number
  user: string
  token: string
  /** Of the instance, or of the router in front of several. */
  url: string
}

/** What a load process is to do. It answers every command with a report. */
export type LoadCommand =
  | { do: 'connect'; devices: LoadDevice[] }
  /** Send messages, all devices of this process together, until `stop`. */
  | { do: 'send'; perSecond: number }
  | { do: 'stop' }
  | { do: 'report' }

/** What happened in one load process since its last report. */
export interface LoadReport {
  /** Numbers of devices that the chat has answered. */
  connected: number[]
  sent: SentMessage[]
  /** How many messages the chat has acknowledged. */
  acknowledged: number
  /** Packed, because there are many: message, device, time, and so on. */
  received: Float64Array
  /** Refused messages and lost connections, in words. */
  problems: string[]
}

/** A message that a device has sent. */
export interface SentMessage {
  message: number
  from: string
  to: string
  at: number
}

/** The clock that all processes of a machine share; it never jumps. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
