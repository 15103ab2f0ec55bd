import type { EmittedError, Exit, Instance, OutputLine } from '../process/index.ts'
import { sendSignal } from '../process/processes.ts'
import type { CommandEvent, PushEvent, RedisProxy, WireEvent } from '../proxy/index.ts'
import { confirmsSubscription, resemblesPublish } from './channels.ts'
import { type AppEvidence, type TraceLine, isCommand } from './evidence.ts'
import { type Expected, ExpectationFailed } from './expectation.ts'
import { type Fact, commandRef } from './facts.ts'
import { deadEndReason } from './dead-end.ts'
import { hasFields } from './json.ts'
import { waitFor } from './wait-for.ts'
import { waitForHttp } from './wait-for-http.ts'
import {
  type AppContext,
  type RedisPlace,
  type WaitUntilOptions,
  defaultTimeoutMs,
} from './app-context.ts'
import { type CpuClock, clockOf } from './cpu-clock.ts'

/** How much longer than a stated limit an app may take to end, in milliseconds. */
export const exitGraceMs = 1_000

/** A started app, as a check talks about it. */
export class AppUnderTest {
  readonly name: string
  readonly proxy: RedisProxy
  readonly redis: RedisPlace
  /** Whether it may end without a signal, after what the check has done to it. */
  mayEnd = false
  /** When the goal failed, its main thread never waited for anything. */
  isBusy = false
  private signalled: NodeJS.Signals | undefined
  private exitSeq: number | undefined

  constructor(
    private running: Instance,
    private readonly context: AppContext,
  ) {
    this.name = running.name
    this.proxy = context.proxy
    this.redis = context.redis
    this.followExit()
  }

  /** The process; another one after a restart. */
  get instance(): Instance {
    return this.running
  }

  /** The PORT it was given. */
  get port(): number {
    return Number(this.context.env['PORT'])
  }

  /** Ends every wait. */
  get signal(): AbortSignal {
    return this.context.signal
  }

  /** The check has sent it a signal. */
  get isSignalled(): boolean {
    return this.signalled !== undefined
  }

  /** Where it answers requests, if it does. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** What crossed between it and Redis so far. */
  get wire(): WireEvent[] {
    return this.context.recording.events.filter((event) => event.instance === this.name)
  }

  /** The lines it has printed so far that hold this text; upper and lower case are one. */
  outputLines(text: string): OutputLine[] {
    const wanted = text.toLowerCase()
    return this.instance.lines.filter((line) => line.text.toLowerCase().includes(wanted))
  }

  /**
   * Waits until it has printed a line that holds this text, so many times in all.
   *
   * @param more further fields of the fact of a failure
   */
  async waitForOutput(text: string, times = 1, more: FactDetails = {}): Promise<void> {
    const seen = () => this.outputLines(text).length
    await this.waitUntil(
      () => ({ kind: 'output-missing', app: this.name, text, times, seen: seen(), ...more }),
      () => (seen() >= times ? true : undefined),
      // That message has reached it.
      { shortenWhen: () => this.receivedMessages(...text.split(' ')).length >= times },
    )
  }

  /** Waits for a command of this name that Redis has answered and that fits. */
  waitForCommand(
    name: string,
    expected: Expected = { kind: 'command-missing', app: this.name, command: name },
    fits: (command: CommandEvent) => boolean = () => true,
    options?: WaitUntilOptions,
  ): Promise<CommandEvent> {
    return this.waitUntil(
      expected,
      () => this.sentCommands(name).find((event) => event.reply !== undefined && fits(event)),
      options,
    )
  }

  /** Waits until Redis has confirmed its subscription to this channel. */
  waitForSubscription(channel: string): Promise<CommandEvent> {
    const others = () => [...this.sentCommands('SUBSCRIBE'), ...this.sentCommands('PSUBSCRIBE')]
    return this.waitUntil(
      () => ({
        kind: 'command-missing',
        app: this.name,
        command: 'SUBSCRIBE',
        channel,
        instead: others().map(commandRef)[0],
      }),
      () => this.wire.filter(isCommand).find((event) => confirmsSubscription(event, channel)),
      // First subscribe, then publish: once it has published it is too late.
      {
        shortenWhen: () => this.sentCommands('PUBLISH').some(({ args }) => args[0] === channel),
      },
    )
  }

  /** Waits until a connection that is open now is subscribed to this channel. */
  waitForResubscription(channel: string): Promise<CommandEvent> {
    return this.waitUntil(
      { kind: 'subscription-missing', app: this.name, channel, again: true },
      () => {
        const open = this.proxy.openConnections()
        const subscriptions = this.wire
          .filter(isCommand)
          .filter((event) => confirmsSubscription(event, channel))
        return subscriptions.find((event) => open.includes(event.connection))
      },
    )
  }

  /** Waits until it has published JSON on this channel that holds at least these fields. */
  waitForPublish(channel: string, fields: Record<string, unknown>): Promise<CommandEvent> {
    const before = this.sentCommands('PUBLISH').length
    const instead = () =>
      this.sentCommands('PUBLISH')
        .slice(before)
        .find(({ args }) => resemblesPublish(args, channel, fields))
    return this.waitForCommand(
      'PUBLISH',
      () => {
        const other = instead()
        return {
          kind: 'command-missing',
          app: this.name,
          command: 'PUBLISH',
          channel,
          fields,
          instead: other && commandRef(other),
        }
      },
      ({ args }) => args[0] === channel && hasFields(args[1] ?? '', fields),
      { shortenWhen: () => instead() !== undefined },
    )
  }

  /** All it has published on this channel so far that holds these fields. */
  publishedMessages(channel: string, fields: Record<string, unknown>): CommandEvent[] {
    return this.sentCommands('PUBLISH').filter(
      ({ args }) => args[0] === channel && hasFields(args[1] ?? '', fields),
    )
  }

  /** The commands of this name it has sent so far, answered or not. */
  sentCommands(name: string): CommandEvent[] {
    return this.wire.filter(isCommand).filter((event) => event.name === name)
  }

  /** The messages that have reached it so far and hold these words. */
  receivedMessages(...words: string[]): PushEvent[] {
    return this.wire
      .filter((event) => event.kind === 'push')
      .filter(({ args }) => words.every((word) => args.some((arg) => arg.includes(word))))
  }

  /**
   * Waits until it has ended. A time limit of the app itself may end it at the last moment, so
   * longer is waited than `withinMs`, which the failure states.
   *
   * @param expected the fact of the failure
   */
  async waitForExit(expected?: Expected, withinMs = defaultTimeoutMs): Promise<Exit> {
    const exit = await this.look(() => this.instance.exit, withinMs + exitGraceMs)
    if (exit) return exit
    const missing: Fact = { kind: 'exit-missing', app: this.name, withinMs }
    throw new ExpectationFailed(expected ?? missing)
  }

  /**
   * Waits for anything that can be seen of it; fails when that can no longer come.
   *
   * @param expected the fact of the failure; a function when it depends on what came instead
   */
  async waitUntil<T>(
    expected: Expected,
    look: () => T | undefined,
    { withinMs = defaultTimeoutMs, shortenWhen }: WaitUntilOptions = {},
  ): Promise<T> {
    const seen = () =>
      look() ?? (this.instance.exit || deadEndReason(this.evidence()) ? null : undefined)
    const found = await this.look(seen, withinMs, shortenWhen)
    if (found !== null && found !== undefined) return found
    throw new ExpectationFailed(expected)
  }

  /** Gives it a moment: never fails. @returns what was seen, or nothing */
  poll<T>(ms: number, look: () => T | undefined): Promise<T | undefined> {
    return this.look(look, ms)
  }

  /** Sends it a signal, as `kill` does; with `group`, to its children as well, as Ctrl+C does. */
  sendSignal(signal: NodeJS.Signals, to: 'process' | 'group' = 'process'): void {
    this.signalled ??= signal
    if (to === 'process') this.instance.signal(signal)
    else sendSignal(-this.instance.pid, signal)
  }

  /** Waits until it answers requests on its PORT, whatever it answers. */
  waitForHttp(details: FactDetails = {}): Promise<void> {
    return waitForHttp(this, this.context.signal, details)
  }

  /** Ends it with this signal and starts it again. Lines and exit are then those of the new one. */
  async restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.sendSignal(signal)
    const fact = { kind: 'exit-missing', app: this.name, withinMs: defaultTimeoutMs } as const
    await this.waitForExit({ ...fact, when: `after ${signal}` })
    this.running = await this.context.restart()
    this.signalled = undefined
    this.exitSeq = undefined
    this.followExit()
  }

  /** Counts the time in which the apps of its test bed and their Redis could run. */
  get clock(): CpuClock {
    return clockOf(this.context.signal)
  }

  /** What a diagnosis may look at. */
  evidence(): AppEvidence {
    const { instance, context, signalled, exitSeq } = this
    const { name, truncated, connectAttempts, envReads, signalHandlers, exit } = instance
    const { env, redis } = context
    const lines = () => instance.lines.map((line) => this.placed(line))
    let placed: TraceLine[] | undefined
    return {
      name,
      // Made when it is asked for: evidence is also looked at between two lines of a flood.
      get lines() {
        return (placed ??= lines())
      },
      truncated,
      connectAttempts,
      envReads,
      signalHandlers,
      ...(instance.emittedErrors.length > 0 && {
        emittedErrors: instance.emittedErrors.map((error) => this.placed(error)),
      }),
      ...(this.isBusy && { isBusy: true }),
      exit,
      exitSeq,
      env,
      redis,
      signalled,
      wire: this.wire,
      listening: instance.listening,
    }
  }

  private placed<T extends OutputLine | EmittedError>(one: T): T & { seq: number } {
    return { ...one, seq: this.context.seqs.get(one) ?? 0 }
  }

  private followExit(): void {
    const running = this.running
    void running.ended.then(() => {
      if (running === this.running) this.exitSeq = this.context.recording.stamp().seq
    })
  }

  private look<T>(
    poll: () => T | undefined,
    withinMs: number,
    shortenWhen = () => false,
  ): Promise<T | undefined> {
    return waitFor({
      poll,
      onChange: (changed) => this.watch(changed),
      withinMs,
      shortenWhen,
      signal: this.context.signal,
    })
  }

  private watch(changed: () => void): () => void {
    const stops = [this.instance.onChange(changed), this.context.recording.onEvent(changed)]
    return () => stops.forEach((stop) => stop())
  }
}

/** What a suite adds to a fact that the engine makes. */
export type FactDetails = Pick<Fact, 'expectation' | 'when'>
