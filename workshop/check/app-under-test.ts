import type { HostPort, Exit, Instance, OutputLine } from '../process/index.ts'
import type { CommandEvent, PushEvent, RedisProxy, WireEvent } from '../proxy/index.ts'
import {
  resemblesPublish,
  confirmsSubscription,
  describePublish,
  describeSubscription,
} from './channels.ts'
import { type AppEvidence, isCommand } from './evidence.ts'
import { ExpectationFailed } from './expectation.ts'
import { describeState, deadEndReason } from './dead-end.ts'
import { hasFields } from './json.ts'
import { waitFor } from './wait-for.ts'
import { waitForHttp } from './wait-for-http.ts'
import { type AppContext, type WaitUntilOptions, defaultTimeoutMs } from './app-context.ts'

/** A started program, as a gate talks about it. */
export class AppUnderTest {
  readonly name: string
  readonly tap: RedisProxy
  readonly redis: HostPort
  private signalled: NodeJS.Signals | undefined

  constructor(
    private running: Instance,
    private readonly around: AppContext,
  ) {
    this.name = running.name
    this.tap = around.tap
    this.redis = around.redis
  }

  /** The process; another one after a restart. */
  get instance(): Instance {
    return this.running
  }

  /** The PORT it was given. */
  get port(): number {
    return Number(this.around.env['PORT'])
  }

  /** Ends every wait. */
  get signal(): AbortSignal {
    return this.around.signal
  }

  /** Where it answers requests, if it does. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** What crossed between it and Redis so far. */
  get wire(): WireEvent[] {
    return this.around.recording.events.filter((event) => event.instance === this.name)
  }

  /** The lines it has printed so far that hold this text; upper and lower case are one. */
  outputLines(text: string): OutputLine[] {
    const wanted = text.toLowerCase()
    return this.instance.lines.filter((line) => line.text.toLowerCase().includes(wanted))
  }

  /** Waits until it has printed a line that holds this text, so many times in all. */
  async waitForOutput(text: string, times = 1): Promise<void> {
    const often = times === 1 ? '' : `, ${times} times in all`
    await this.waitUntil(
      `${this.name} to print "${text}"${often}`,
      () => (this.outputLines(text).length >= times ? true : undefined),
      // The message that says so has reached it.
      { shortenWhen: () => this.receivedMessages(...text.split(' ')).length >= times },
    )
  }

  /** Waits for a command of this name that Redis has answered and that fits. */
  waitForCommand(
    name: string,
    expected = `${this.name} to send ${name}`,
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
    return this.waitUntil(
      `${this.name} to subscribe to "${channel}"`,
      () => this.wire.filter(isCommand).find((event) => confirmsSubscription(event, channel)),
      {
        // First listen, then speak: once it has spoken it is too late.
        shortenWhen: () => this.sentCommands('PUBLISH').some(({ args }) => args[0] === channel),
        received: () =>
          describeSubscription([
            ...this.sentCommands('SUBSCRIBE'),
            ...this.sentCommands('PSUBSCRIBE'),
          ]),
      },
    )
  }

  /** Waits until a connection that is open now is subscribed to this channel. */
  waitForResubscription(channel: string): Promise<CommandEvent> {
    return this.waitUntil(`${this.name} to be subscribed to "${channel}" again`, () => {
      const open = this.tap.openConnections()
      const subscriptions = this.wire
        .filter(isCommand)
        .filter((e) => confirmsSubscription(e, channel))
      return subscriptions.find((event) => open.includes(event.connection))
    })
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
      `${this.name} to publish ${JSON.stringify(fields)} on "${channel}"`,
      ({ args }) => args[0] === channel && hasFields(args[1] ?? '', fields),
      {
        shortenWhen: () => instead() !== undefined,
        received: () => describePublish(instead()),
      },
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

  /** Waits until it has ended. */
  async waitForExit(
    expected = `${this.name} to end`,
    withinMs = defaultTimeoutMs,
  ): Promise<Exit> {
    const exit = await this.look(() => this.instance.exit, withinMs)
    if (exit) return exit
    const received = `it is still running after ${withinMs / 1000} seconds`
    throw new ExpectationFailed(expected, received, this.name)
  }

  /** Waits for anything that can be seen of it; fails when that can no longer come. */
  async waitUntil<T>(
    expected: string,
    look: () => T | undefined,
    {
      withinMs = defaultTimeoutMs,
      shortenWhen,
      received = () => undefined,
    }: WaitUntilOptions = {},
  ): Promise<T> {
    const seen = () =>
      look() ?? (this.instance.exit || deadEndReason(this.evidence()) ? null : undefined)
    const found = await this.look(seen, withinMs, shortenWhen)
    if (found !== null && found !== undefined) return found
    throw new ExpectationFailed(expected, received() ?? this.describe(), this.name)
  }

  /** Gives it a moment: never fails. @returns what was seen, or nothing */
  poll<T>(ms: number, look: () => T | undefined): Promise<T | undefined> {
    return this.look(look, ms)
  }

  /** Sends it a signal, as `kill` does. */
  sendSignal(signal: NodeJS.Signals): void {
    this.signalled ??= signal
    this.instance.signal(signal)
  }

  /** Waits until it answers requests on its PORT, whatever it answers. */
  waitForHttp(): Promise<void> {
    return waitForHttp(this, this.around.signal)
  }

  /** Ends it with this signal and starts it again. Lines and exit are then those of the new one. */
  async restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.sendSignal(signal)
    await this.waitForExit(`${this.name} to end after ${signal}`)
    this.running = await this.around.restart()
    this.signalled = undefined
  }

  /** What a diagnosis may look at. */
  evidence(): AppEvidence {
    const { instance, around, signalled } = this
    const { name, lines, truncated, connectAttempts, envReads, signalHandlers, exit } = instance
    const { env, redis } = around
    return {
      name,
      lines,
      flooded: truncated,
      dialled: connectAttempts,
      envRead: envReads,
      listensTo: signalHandlers,
      exit,
      env,
      redis,
      signalled,
      wire: this.wire,
      listening: instance.listening,
    }
  }

  /** What became of it, in one sentence. */
  describe(): string {
    return describeState(this.evidence())
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
      signal: this.around.signal,
    })
  }

  private watch(changed: () => void): () => void {
    const stops = [this.instance.onChange(changed), this.around.recording.onEvent(changed)]
    return () => stops.forEach((stop) => stop())
  }
}
