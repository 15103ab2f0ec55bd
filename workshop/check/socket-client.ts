import type { Socket } from 'socket.io-client'
import type { Endpoint } from './http.ts'
import { ExpectationFailed } from './expectation.ts'
import {
  type EventMatcher,
  type ReceivedEvent,
  describeEvent,
  matchesEvent,
} from './socket-events.ts'
import { waitFor } from './wait-for.ts'
import { type SocketOptions, createSocket } from './create-socket.ts'

const withinMs = 5_000

/** A device of a user: a socket.io client. Every wait ends within five seconds. */
export class SocketClient {
  readonly name: string
  /** Everything it has heard so far, in order. */
  readonly received: ReceivedEvent[] = []
  private socket: Socket | undefined
  // How the latest attempt to connect went.
  private accepted = false
  private rejection: string | undefined
  // It has lost its connection, and will not look for another one.
  private lost = false
  private readonly listeners = new Set<() => void>()

  /**
   * @param place whom it connects to: a program, or the router
   * @param signal ends every wait
   */
  constructor(
    private readonly place: Endpoint,
    private readonly options: SocketOptions,
    private readonly signal: AbortSignal,
  ) {
    this.name = options.name ?? 'a device'
  }

  /** Whether it is connected now. */
  get connected(): boolean {
    return this.socket?.connected ?? false
  }

  /**
   * Connects.
   *
   * @param greet called in the very moment in which it is connected
   * @throws NotYet when the server does not let it in
   */
  async connect(greet?: () => void): Promise<this> {
    const wanted = `${this.place.name} to let ${this.name} connect`
    this.socket ??= await this.openSocket()
    if (greet) this.socket.once('connect', greet)
    const outcome = await this.attempt(wanted)
    if (outcome === 'connected') return this
    throw new ExpectationFailed(wanted, `it was refused: "${outcome.refused}"`, this.place.name)
  }

  /** Tries to connect, and must be turned away. @returns the words of the server */
  async expectRejected(): Promise<string> {
    const wanted = `${this.place.name} to turn ${this.name} away`
    const outcome = await this.attempt(wanted)
    if (outcome !== 'connected') return outcome.refused
    throw new ExpectationFailed(wanted, 'it was let in', this.place.name)
  }

  /** Sends an event. */
  emit(event: string, ...args: unknown[]): void {
    this.requireSocket().emit(event, ...args)
  }

  /** Sends an event and waits for its acknowledgement. @returns what that holds */
  async emitWithAck(event: string, ...args: unknown[]): Promise<readonly unknown[]> {
    let answer: readonly unknown[] | undefined
    this.requireSocket().emit(event, ...args, (...result: unknown[]) => {
      answer = result
      this.notify()
    })
    return this.waitUntil(`${this.name}'s "${event}" to be acknowledged`, () => answer)
  }

  /** Waits for an event, or finds it among those it has heard. @param expected for people */
  waitForEvent(
    event: string,
    fits: EventMatcher = {},
    expected = `${this.name} to hear "${event}"`,
  ): Promise<ReceivedEvent> {
    return this.waitUntil(expected, () => this.receivedEvents(event, fits)[0])
  }

  /** All events like this that it has heard so far. */
  receivedEvents(event: string, fits: EventMatcher = {}): ReceivedEvent[] {
    return this.received.filter((one) => one.event === event && matchesEvent(one, fits))
  }

  /** Waits until it has lost its connection. */
  async waitForDisconnect(): Promise<void> {
    await this.waitUntil(
      `${this.name} to lose its connection`,
      () => !this.connected || undefined,
    )
  }

  /** Waits until it is connected again. */
  async waitForReconnect(): Promise<void> {
    await this.waitUntil(`${this.name} to connect again`, () => this.connected || undefined)
  }

  /** Leaves for good. */
  close(): void {
    this.socket?.close()
  }

  private async attempt(wanted: string): Promise<'connected' | { refused: string }> {
    this.accepted = false
    this.rejection = undefined
    this.lost = false
    this.socket ??= await this.openSocket()
    this.socket.connect()
    return this.waitUntil(wanted, () => {
      if (this.accepted) return 'connected'
      return this.rejection === undefined ? undefined : { refused: this.rejection }
    })
  }

  private async openSocket(): Promise<Socket> {
    const socket = await createSocket(this.place.url, this.options)
    socket.onAny((event: string, ...args: unknown[]) => {
      this.received.push({ event, args, at: performance.now() })
      this.notify()
    })
    socket.on('connect', () => {
      this.accepted = true
      this.notify()
    })
    socket.on('disconnect', () => {
      this.lost = !this.options.reconnects
      this.notify()
    })
    socket.on('connect_error', (error) => {
      this.rejection = error.message
      this.notify()
    })
    return socket
  }

  private requireSocket(): Socket {
    if (this.socket) return this.socket
    throw new Error(`${this.name} has not been connected`)
  }

  private async waitUntil<T>(expected: string, poll: () => T | undefined): Promise<T> {
    const onChange = (changed: () => void) => {
      this.listeners.add(changed)
      return () => this.listeners.delete(changed)
    }
    const shortenWhen = () => this.lost
    const found = await waitFor({ poll, onChange, withinMs, shortenWhen, signal: this.signal })
    if (found !== undefined) return found
    throw new ExpectationFailed(expected, this.describe(), this.place.name)
  }

  private describe(): string {
    const last = this.received.at(-1)
    if (!this.connected) return 'it is not connected'
    return last ? `the last it heard is ${describeEvent(last)}` : 'it has heard nothing'
  }

  private notify(): void {
    for (const listener of this.listeners) listener()
  }
}
