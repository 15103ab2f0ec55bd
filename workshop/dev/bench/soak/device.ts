import { type Socket, io } from 'socket.io-client'
import type { ReportBuffer } from './report-buffer.ts'
import { type DevicePlan, monotonicMs } from './load-protocol.ts'

/** A device of the chat: a real client, which connects again by itself when it must. */
export class Device {
  readonly user: string
  /** Where it is; undefined while it does not know. */
  instance: string | undefined
  private connection = NaN
  private dialledAt = monotonicMs()
  private readonly socket: Socket

  constructor(
    private readonly plan: DevicePlan,
    url: string,
    private readonly notes: ReportBuffer,
  ) {
    this.user = plan.user
    const auth = { token: `token-of-${plan.user}` }
    this.socket = io(url, { transports: ['websocket'], forceNew: true, auth })
    this.socket.io.on('reconnect_attempt', () => (this.dialledAt = monotonicMs()))
    this.socket.on('connect', () => this.begin())
    this.socket.on('disconnect', () => this.end())
    this.socket.on('message', (envelope: unknown) => this.hear(envelope))
  }

  /** Sends a message to a user. Its text is a number that no other message has. */
  say(to: string): void {
    const { user: from, connection, notes } = this
    const message = notes.number()
    const envelope = { event: 'sendMessage', args: { to, text: String(message) } }
    notes.add('sent', { message, connection, from, to, at: monotonicMs() })
    this.socket.emit('message', envelope, (answer: unknown) => {
      const { error } = fieldsOf(answer)
      const refusal = error === undefined ? {} : { refusal: String(error) }
      notes.add('answered', { message, at: monotonicMs(), ...refusal })
    })
  }

  private begin(): void {
    const { plan, dialledAt } = this
    this.connection = this.notes.number()
    this.notes.add('begun', { ...plan, connection: this.connection, dialledAt })
    const args = { device: String(this.connection), name: 'soak' }
    this.socket.emit('message', { event: 'hello', args })
  }

  private end(): void {
    this.instance = undefined
    this.notes.add('ended', { connection: this.connection, at: monotonicMs() })
  }

  private hear(envelope: unknown): void {
    const at = monotonicMs()
    const { event, args } = fieldsOf(envelope)
    const { text, device, instance } = fieldsOf(args)
    if (event === 'messageSent') this.notes.copy(Number(text), this.connection, at)
    if (event === 'deviceHere' && device === String(this.connection)) this.place(instance, at)
  }

  // Everybody who is here hears of it: all devices of the user do. Only our own is ours.
  private place(instance: unknown, at: number): void {
    this.instance = String(instance)
    this.notes.add('placed', { connection: this.connection, instance: this.instance, at })
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
