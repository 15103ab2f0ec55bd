import type { Socket } from 'socket.io-client'
import type { Endpoint } from './http.ts'
import { type Expected, ExpectationFailed, failUnless } from './expectation.ts'
import type { Fact, FactOf } from './facts.ts'
import { type EventMatcher, type ReceivedEvent, matchesEvent } from './socket-events.ts'
import { waitFor } from './wait-for.ts'
import { type SocketOptions, createSocket } from './create-socket.ts'

const withinMs = 5_000
// What socket.io-client reports when the other end closed: the socket, or the connection below it.
const closingReasons = new Set<Socket.DisconnectReason>([
  'io server disconnect',
  'transport close',
])

/** A device of a user: a socket.io client. Every wait ends within five seconds. */
export class SocketClient {
  readonly name: string
  /** Everything it has received so far, in order. */
  readonly received: ReceivedEvent[] = []
  private socket: Socket | undefined
  // How the latest attempt to connect went.
  private accepted = false
  private rejection: string | undefined
  // It has lost its connection, and does not reconnect.
  private lost = false
  // How often the program has closed its connection.
  private closedByApp = 0
  private readonly listeners = new Set<() => void>()

  /**
   * @param endpoint where it connects to: a program, or the router
   * @param signal ends every wait
   */
  constructor(
    readonly endpoint: Endpoint,
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
   * @throws ExpectationFailed when the server refuses it
   */
  async connect(greet?: () => void): Promise<this> {
    this.socket ??= await this.openSocket()
    if (greet) this.socket.once('connect', greet)
    const outcome = await this.attempt('connected')
    failUnless(outcome === 'connected', {
      kind: 'socket-refused',
      ...this.subject,
      message: outcome === 'connected' ? '' : outcome.refused,
    })
    return this
  }

  /** Tries to connect, and must be refused. @returns the message of the server */
  async expectRejected(): Promise<string> {
    const outcome = await this.attempt('refused')
    if (outcome !== 'connected') return outcome.refused
    throw new ExpectationFailed({ kind: 'socket-accepted', ...this.subject })
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
    return this.waitUntil({ kind: 'ack-missing', ...this.subject, event }, () => answer)
  }

  /**
   * Waits for an event, or finds it among those it has received.
   *
   * @param more further fields of the fact of a failure
   */
  waitForEvent(
    event: string,
    fits: EventMatcher = {},
    more: Partial<FactOf<'event-missing'>> = {},
  ): Promise<ReceivedEvent> {
    return this.waitUntil(
      () => ({ ...this.missingEvent(event), ...more }),
      () => this.receivedEvents(event, fits)[0],
    )
  }

  /** The fact that an event has not reached it. */
  missingEvent(event: string): FactOf<'event-missing'> {
    const { connected, subject, closedByApp: closed } = this
    const last = this.received.at(-1)
    return { kind: 'event-missing', ...subject, event, connected, closed, last }
  }

  /** All events like this that it has received so far. */
  receivedEvents(event: string, fits: EventMatcher = {}): ReceivedEvent[] {
    return this.received.filter((one) => one.event === event && matchesEvent(one, fits))
  }

  /** Waits until it has lost its connection. @param more further fields of the fact of a failure */
  async waitForDisconnect(more: Pick<Fact, 'expectation' | 'when'> = {}): Promise<void> {
    const state = { kind: 'socket-state', ...this.subject, expected: 'disconnected' } as const
    await this.waitUntil({ ...state, ...more }, () => !this.connected || undefined)
  }

  /** Waits until it is connected again. */
  async waitForReconnect(): Promise<void> {
    const fact = { kind: 'socket-state', ...this.subject, expected: 'connected' } as const
    await this.waitUntil(fact, () => this.connected || undefined)
  }

  /** Closes its connection. */
  close(): void {
    this.socket?.close()
  }

  // The first fields of a fact about it.
  private get subject(): { app: string; client: string } {
    return { app: this.endpoint.name, client: this.name }
  }

  private async attempt(
    expected: 'connected' | 'refused',
  ): Promise<'connected' | { refused: string }> {
    this.accepted = false
    this.rejection = undefined
    this.lost = false
    this.socket ??= await this.openSocket()
    this.socket.connect()
    const fact = { kind: 'socket-unanswered', ...this.subject, expected } as const
    return this.waitUntil(fact, () => {
      if (this.accepted) return 'connected'
      return this.rejection === undefined ? undefined : { refused: this.rejection }
    })
  }

  private async openSocket(): Promise<Socket> {
    const socket = await createSocket(this.endpoint.url, this.options)
    socket.onAny((event: string, ...args: unknown[]) => {
      this.received.push({ event, args, at: performance.now() })
      this.notify()
    })
    socket.on('connect', () => {
      this.accepted = true
      this.notify()
    })
    socket.on('disconnect', (reason) => {
      this.lost = !this.options.reconnects
      if (closingReasons.has(reason)) this.closedByApp += 1
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

  private async waitUntil<T>(expected: Expected, poll: () => T | undefined): Promise<T> {
    const onChange = (changed: () => void) => {
      this.listeners.add(changed)
      return () => this.listeners.delete(changed)
    }
    const shortenWhen = () => this.lost
    const found = await waitFor({ poll, onChange, withinMs, shortenWhen, signal: this.signal })
    if (found !== undefined) return found
    throw new ExpectationFailed(expected)
  }

  private notify(): void {
    for (const listener of this.listeners) listener()
  }
}
