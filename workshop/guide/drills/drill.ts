import { setTimeout as delay } from 'node:timers/promises'
import type { Step } from '../../course/index.ts'
import { UserError } from '../../errors.ts'
import type { RunSession } from '../../session/index.ts'
import { type WireEvent, formatEvents, isHandshake } from '../../proxy/index.ts'
import type { DrillInfo } from '../protocol.ts'

/** The result of a drill. */
export interface DrillResult {
  /** Which of the answers came true; undefined when the evidence does not show it. */
  observed: number | undefined
  /** What happened, in sentences. */
  story: string[]
}

/** The result when the evidence does not show which answer came true. */
export function unknownResult(what: string): DrillResult {
  return { observed: undefined, story: [what, 'Does the check of this step pass?'] }
}

/** "What happens if…": something that is done to the learner's own running code. */
export interface Drill extends DrillInfo {
  /** Whether this step has anything to show in it. */
  appliesTo(step: Step): boolean
  run(context: DrillContext): Promise<DrillResult>
  /** Which events belong to it; usually all. */
  isRelevant?: (event: WireEvent) => boolean
}

const longest = 20
const servingWithinMs = 4000
const lookMs = 50

/** A run in which a drill takes place, and the traffic since its beginning. */
export class DrillContext {
  private readonly began: number

  constructor(readonly run: RunSession) {
    this.began = run.proxies.recording.nextSeq()
  }

  /** What has happened on the wire since the drill began. */
  get events(): WireEvent[] {
    return this.run.proxies.recording.events.filter(({ seq }) => seq >= this.began)
  }

  /** Whether an instance has subscribed to something on a connection that is still open. */
  isSubscribed(name: string): boolean {
    const mine = this.run.proxies.recording.events.filter(({ instance }) => instance === name)
    const closed = new Set(
      mine.filter(({ kind }) => kind === 'close').map(({ connection }) => connection),
    )
    return mine.some(
      (event) => isCommand(event, subscribeCommand) && !closed.has(event.connection),
    )
  }

  /** The names of the instances that run a program. */
  running(entry?: string): string[] {
    const places = this.run.instances.slots.filter(({ instance }) => instance)
    return places.filter((place) => !entry || place.entry === entry).map(({ name }) => name)
  }

  /**
   * Waits until something is to be seen on the wire.
   *
   * @returns what `look` has found; undefined when it has not happened within that time
   */
  async waitForWire<T>(
    look: (events: WireEvent[]) => T | undefined,
    withinMs: number,
  ): Promise<T | undefined> {
    const late = AbortSignal.timeout(withinMs)
    try {
      return await this.run.proxies.recording.waitFor(() => look(this.events), late)
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
  async servingInstances(
    least: number,
    what: string,
  ): Promise<{ name: string; url: string }[]> {
    const { instances } = this.run
    const serving = () =>
      instances.backends().filter(({ name }) => instances.runningNames().includes(name))
    for (let waited = 0; waited < servingWithinMs; waited += lookMs) {
      if (serving().length >= least) break
      await this.wait(lookMs)
    }
    const found = serving().map(({ name, port }) => ({ name, url: `http://127.0.0.1:${port}` }))
    requireRunning(
      found.map(({ name }) => name),
      least,
      what,
    )
    return found
  }

  /** Lets time pass: how long something lasts is what some drills are about. */
  async wait(ms: number): Promise<void> {
    await delay(ms)
  }

  /** The events that belong to the drill, formatted. */
  formattedWire(isRelevant: (event: WireEvent) => boolean = () => true): string[] {
    const relevant = this.events.filter((event) => !isHandshake(event) && isRelevant(event))
    return formatEvents(relevant.slice(0, longest), { width: 84 })
  }
}

/** The commands by which one begins to listen. */
export const subscribeCommand = /^[PS]?SUBSCRIBE$/

/** Whether an event is this command. */
export function isCommand(
  event: WireEvent,
  name: RegExp,
): event is Extract<WireEvent, { kind: 'command' }> {
  return event.kind === 'command' && name.test(event.name)
}

/** @throws UserError when so many do not run */
export function requireRunning(names: string[], least: number, what: string): void {
  if (names.length < least) throw new UserError(`This drill needs ${what}. Start it first`)
}
