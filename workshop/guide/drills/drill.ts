import { setTimeout as delay } from 'node:timers/promises'
import type { Step } from '../../course/index.ts'
import { UserError } from '../../errors.ts'
import type { StepRun } from '../../supervisor/run/index.ts'
import { type WireEvent, formatWire, isGreeting } from '../../wire/index.ts'
import type { DrillInfo } from '../protocol.ts'

/** What came of a drill. */
export interface Outcome {
  /** Which of the answers came true; undefined when it cannot be told. */
  observed: number | undefined
  /** What happened, in sentences. */
  story: string[]
}

/** "What happens if…": something that is done to the learner's own running code. */
export interface Drill extends DrillInfo {
  /** Whether this step has anything to show in it. */
  fits(step: Step): boolean
  play(scene: Scene): Promise<Outcome>
  /** Which events tell of it; all of them when it does not say. */
  tells?: (event: WireEvent) => boolean
}

const longest = 20
const servingWithinMs = 4000
const lookMs = 50

/** A run in which a drill is played, and what has crossed the wire since. */
export class Scene {
  private readonly began: number

  constructor(readonly run: StepRun) {
    this.began = run.taps.recording.mark()
  }

  /** What has happened on the wire since the drill began. */
  get events(): WireEvent[] {
    return this.run.taps.recording.events.filter(({ seq }) => seq >= this.began)
  }

  /** Whether an instance has subscribed to something on a connection that is still open. */
  isListening(name: string): boolean {
    const mine = this.run.taps.recording.events.filter(({ instance }) => instance === name)
    const closed = new Set(
      mine.filter(({ kind }) => kind === 'close').map(({ connection }) => connection),
    )
    return mine.some((event) => isCommand(event, subscribing) && !closed.has(event.connection))
  }

  /** The names of the instances that run a program. */
  running(entry?: string): string[] {
    const places = this.run.crew.places.filter(({ instance }) => instance)
    return places.filter((post) => !entry || post.entry === entry).map(({ name }) => name)
  }

  /**
   * Waits until something is to be seen on the wire.
   *
   * @returns what `look` has found; undefined when it has not happened within that time
   */
  async see<T>(
    look: (events: WireEvent[]) => T | undefined,
    withinMs: number,
  ): Promise<T | undefined> {
    const late = AbortSignal.timeout(withinMs)
    try {
      return await this.run.taps.recording.until(() => look(this.events), late)
    } catch (error) {
      if (late.aborted) return undefined
      throw error
    }
  }

  /**
   * Where instances answer requests; those that were started a moment ago are waited for.
   *
   * @throws UserError when so many do not
   */
  async serving(least: number, what: string): Promise<{ name: string; url: string }[]> {
    const { crew } = this.run
    const serving = () => crew.serving().filter(({ name }) => crew.names().includes(name))
    for (let waited = 0; waited < servingWithinMs; waited += lookMs) {
      if (serving().length >= least) break
      await this.pass(lookMs)
    }
    const found = serving().map(({ name, port }) => ({ name, url: `http://127.0.0.1:${port}` }))
    mustRun(
      found.map(({ name }) => name),
      least,
      what,
    )
    return found
  }

  /** Lets time pass: how long something lasts is what some drills are about. */
  async pass(ms: number): Promise<void> {
    await delay(ms)
  }

  /** The telling lines, formatted. */
  wire(tells: (event: WireEvent) => boolean = () => true): string[] {
    const telling = this.events.filter((event) => !isGreeting(event) && tells(event))
    return formatWire(telling.slice(0, longest), { width: 84 })
  }
}

/** The commands by which one begins to listen. */
export const subscribing = /^[PS]?SUBSCRIBE$/

/** Whether an event is this command. */
export function isCommand(
  event: WireEvent,
  name: RegExp,
): event is Extract<WireEvent, { kind: 'command' }> {
  return event.kind === 'command' && name.test(event.name)
}

/** @throws UserError when so many do not run */
export function mustRun(names: string[], least: number, what: string): void {
  if (names.length < least) throw new UserError(`This drill needs ${what}. Start it first`)
}
