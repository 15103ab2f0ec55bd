import type { Address, Exit, Instance, OutputLine } from '../../workshop/supervisor/index.ts'
import type { CommandEvent, PushEvent, Tap, WireEvent } from '../../workshop/wire/index.ts'
import { isLike, isSubscription, publication, subscription } from './channels.ts'
import { type ProgramEvidence, isCommand } from './evidence.ts'
import { NotYet } from './failure.ts'
import { fate, hopeless } from './hopeless.ts'
import { matches } from './message.ts'
import { waitFor } from './patience.ts'
import { untilAnswers } from './answers.ts'
import { type Surroundings, type UntilOptions, patience } from './surroundings.ts'

/** A started program, as a gate talks about it. */
export class Program {
  readonly name: string
  readonly tap: Tap
  readonly redis: Address
  private signalled: NodeJS.Signals | undefined

  constructor(
    private running: Instance,
    private readonly around: Surroundings,
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

  /** Where it answers requests, if it does. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** What crossed between it and Redis so far. */
  get wire(): WireEvent[] {
    return this.around.recording.events.filter((event) => event.instance === this.name)
  }

  /** The lines it has printed so far that hold this text; upper and lower case are one. */
  printed(text: string): OutputLine[] {
    const wanted = text.toLowerCase()
    return this.instance.lines.filter((line) => line.text.toLowerCase().includes(wanted))
  }

  /** Waits until it has printed a line that holds this text, so many times in all. */
  async prints(text: string, times = 1): Promise<void> {
    const often = times === 1 ? '' : `, ${times} times in all`
    await this.until(
      `${this.name} to print "${text}"${often}`,
      () => (this.printed(text).length >= times ? true : undefined),
      // The message that says so has reached it.
      { hurried: () => this.delivered(...text.split(' ')).length >= times },
    )
  }

  /** Waits for a command of this name that Redis has answered and that fits. */
  command(
    name: string,
    expected = `${this.name} to send ${name}`,
    fits: (command: CommandEvent) => boolean = () => true,
    options?: UntilOptions,
  ): Promise<CommandEvent> {
    return this.until(
      expected,
      () => this.sent(name).find((event) => event.reply !== undefined && fits(event)),
      options,
    )
  }

  /** Waits until Redis has confirmed its subscription to this channel. */
  subscribed(channel: string): Promise<CommandEvent> {
    return this.until(
      `${this.name} to subscribe to "${channel}"`,
      () => this.wire.filter(isCommand).find((event) => isSubscription(event, channel)),
      {
        // First listen, then speak: once it has spoken it is too late.
        hurried: () => this.sent('PUBLISH').some(({ args }) => args[0] === channel),
        received: () => subscription([...this.sent('SUBSCRIBE'), ...this.sent('PSUBSCRIBE')]),
      },
    )
  }

  /** Waits until a connection that is open now is subscribed to this channel. */
  listens(channel: string): Promise<CommandEvent> {
    return this.until(`${this.name} to be subscribed to "${channel}" again`, () => {
      const open = this.tap.openConnections()
      const subscriptions = this.wire
        .filter(isCommand)
        .filter((e) => isSubscription(e, channel))
      return subscriptions.find((event) => open.includes(event.connection))
    })
  }

  /** Waits until it has published JSON on this channel that holds at least these fields. */
  published(channel: string, fields: Record<string, unknown>): Promise<CommandEvent> {
    const before = this.sent('PUBLISH').length
    const instead = () =>
      this.sent('PUBLISH')
        .slice(before)
        .find(({ args }) => isLike(args, channel, fields))
    return this.command(
      'PUBLISH',
      `${this.name} to publish ${JSON.stringify(fields)} on "${channel}"`,
      ({ args }) => args[0] === channel && matches(args[1] ?? '', fields),
      {
        hurried: () => instead() !== undefined,
        received: () => publication(instead()),
      },
    )
  }

  /** All it has published on this channel so far that holds these fields. */
  publications(channel: string, fields: Record<string, unknown>): CommandEvent[] {
    return this.sent('PUBLISH').filter(
      ({ args }) => args[0] === channel && matches(args[1] ?? '', fields),
    )
  }

  /** The commands of this name it has sent so far, answered or not. */
  sent(name: string): CommandEvent[] {
    return this.wire.filter(isCommand).filter((event) => event.name === name)
  }

  /** The messages that have reached it so far and hold these words. */
  delivered(...words: string[]): PushEvent[] {
    return this.wire
      .filter((event) => event.kind === 'push')
      .filter(({ args }) => words.every((word) => args.some((arg) => arg.includes(word))))
  }

  /** Waits until it has ended. */
  async ends(expected = `${this.name} to end`, withinMs = patience): Promise<Exit> {
    const exit = await this.look(() => this.instance.exit, withinMs)
    if (exit) return exit
    const received = `it is still running after ${withinMs / 1000} seconds`
    throw new NotYet(expected, received, this.name)
  }

  /** Waits for anything that can be seen of it; fails when that can no longer come. */
  async until<T>(
    expected: string,
    look: () => T | undefined,
    { withinMs = patience, hurried, received = () => undefined }: UntilOptions = {},
  ): Promise<T> {
    const seen = () =>
      look() ?? (this.instance.exit || hopeless(this.evidence()) ? null : undefined)
    const found = await this.look(seen, withinMs, hurried)
    if (found !== null && found !== undefined) return found
    throw new NotYet(expected, received() ?? this.describe(), this.name)
  }

  /** Gives it a moment: never fails. @returns what was seen, or nothing */
  within<T>(ms: number, look: () => T | undefined): Promise<T | undefined> {
    return this.look(look, ms)
  }

  /** Sends it a signal, as `kill` does. */
  signal(signal: NodeJS.Signals): void {
    this.signalled ??= signal
    this.instance.signal(signal)
  }

  /** Waits until it answers requests on its PORT, whatever it answers. */
  answers(): Promise<void> {
    return untilAnswers(this, this.around.signal)
  }

  /** Ends it with this signal and starts it again. Lines and exit are then those of the new one. */
  async restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.signal(signal)
    await this.ends(`${this.name} to end after ${signal}`)
    this.running = await this.around.restart()
    this.signalled = undefined
  }

  /** What a diagnosis may look at. */
  evidence(): ProgramEvidence {
    const { instance, around, signalled } = this
    const { name, lines, flooded, dialled, envRead, listensTo, exit } = instance
    const { env, redis } = around
    return {
      name,
      lines,
      flooded,
      dialled,
      envRead,
      listensTo,
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
    return fate(this.evidence())
  }

  private look<T>(
    look: () => T | undefined,
    withinMs: number,
    hurried = () => false,
  ): Promise<T | undefined> {
    return waitFor({
      look,
      watch: (changed) => this.watch(changed),
      withinMs,
      hurried,
      signal: this.around.signal,
    })
  }

  private watch(changed: () => void): () => void {
    const stops = [this.instance.on(changed), this.around.recording.on(changed)]
    return () => stops.forEach((stop) => stop())
  }
}
