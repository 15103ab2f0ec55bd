import type { Socket } from 'socket.io-client'
import type { Place } from './ask.ts'
import { NotYet } from './failure.ts'
import { type Fits, type Heard, sentence, suits } from './heard.ts'
import { waitFor } from './patience.ts'
import { type DeviceOptions, plug } from './plug.ts'

const withinMs = 5_000

/** A device of a user: a socket.io client. Every wait ends within five seconds. */
export class Device {
  readonly name: string
  /** Everything it has heard so far, in order. */
  readonly heard: Heard[] = []
  private socket: Socket | undefined
  // How the latest attempt to connect went.
  private welcomed = false
  private refusal: string | undefined
  // It has lost its connection, and will not look for another one.
  private lost = false
  private readonly listeners = new Set<() => void>()

  /**
   * @param place whom it connects to: a program, or the router
   * @param signal ends every wait
   */
  constructor(
    private readonly place: Place,
    private readonly options: DeviceOptions,
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
    this.socket ??= await this.plugIn()
    if (greet) this.socket.once('connect', greet)
    const outcome = await this.attempt(wanted)
    if (outcome === 'connected') return this
    throw new NotYet(wanted, `it was refused: "${outcome.refused}"`, this.place.name)
  }

  /** Tries to connect, and must be turned away. @returns the words of the server */
  async refused(): Promise<string> {
    const wanted = `${this.place.name} to turn ${this.name} away`
    const outcome = await this.attempt(wanted)
    if (outcome !== 'connected') return outcome.refused
    throw new NotYet(wanted, 'it was let in', this.place.name)
  }

  /** Sends an event. */
  emit(event: string, ...args: unknown[]): void {
    this.plugged().emit(event, ...args)
  }

  /** Sends an event and waits for its acknowledgement. @returns what that holds */
  async ask(event: string, ...args: unknown[]): Promise<readonly unknown[]> {
    let answer: readonly unknown[] | undefined
    this.plugged().emit(event, ...args, (...result: unknown[]) => {
      answer = result
      this.tell()
    })
    return this.until(`${this.name}'s "${event}" to be acknowledged`, () => answer)
  }

  /** Waits for an event, or finds it among those it has heard. @param expected for people */
  hears(
    event: string,
    fits: Fits = {},
    expected = `${this.name} to hear "${event}"`,
  ): Promise<Heard> {
    return this.until(expected, () => this.all(event, fits)[0])
  }

  /** All events like this that it has heard so far. */
  all(event: string, fits: Fits = {}): Heard[] {
    return this.heard.filter((one) => one.event === event && suits(one, fits))
  }

  /** Waits until it has lost its connection. */
  async loses(): Promise<void> {
    await this.until(`${this.name} to lose its connection`, () => !this.connected || undefined)
  }

  /** Waits until it is connected again. */
  async returns(): Promise<void> {
    await this.until(`${this.name} to connect again`, () => this.connected || undefined)
  }

  /** Leaves for good. */
  close(): void {
    this.socket?.close()
  }

  private async attempt(wanted: string): Promise<'connected' | { refused: string }> {
    this.welcomed = false
    this.refusal = undefined
    this.lost = false
    this.socket ??= await this.plugIn()
    this.socket.connect()
    return this.until(wanted, () => {
      if (this.welcomed) return 'connected'
      return this.refusal === undefined ? undefined : { refused: this.refusal }
    })
  }

  private async plugIn(): Promise<Socket> {
    const socket = await plug(this.place.url, this.options)
    socket.onAny((event: string, ...args: unknown[]) => {
      this.heard.push({ event, args, at: performance.now() })
      this.tell()
    })
    socket.on('connect', () => {
      this.welcomed = true
      this.tell()
    })
    socket.on('disconnect', () => {
      this.lost = !this.options.reconnects
      this.tell()
    })
    socket.on('connect_error', (error) => {
      this.refusal = error.message
      this.tell()
    })
    return socket
  }

  private plugged(): Socket {
    if (this.socket) return this.socket
    throw new Error(`${this.name} has not been connected`)
  }

  private async until<T>(expected: string, look: () => T | undefined): Promise<T> {
    const watch = (changed: () => void) => {
      this.listeners.add(changed)
      return () => this.listeners.delete(changed)
    }
    const hurried = () => this.lost
    const found = await waitFor({ look, watch, withinMs, hurried, signal: this.signal })
    if (found !== undefined) return found
    throw new NotYet(expected, this.describe(), this.place.name)
  }

  private describe(): string {
    const last = this.heard.at(-1)
    if (!this.connected) return 'it is not connected'
    return last ? `the last it heard is ${sentence(last)}` : 'it has heard nothing'
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}
