import { CompileError } from '../process/bundle.ts'
import { type Program, compile } from '../process/compile.ts'
import type { Instance } from '../process/instance.ts'
import { InstanceSlot, type InstanceSlotOptions } from './instance-slot.ts'

/** What the instances of one run need. */
export interface InstanceGroupOptions extends InstanceSlotOptions {
  /** The step's folder, absolute, and its programs: `['index.ts']`. */
  folder: string
  entries: string[]
  /** Called when no instance runs any more and nothing is about to start one. */
  onIdle: () => void
}

const maxInstances = 9

/** The instances of one run. What changes them happens one after the other. */
export class InstanceGroup {
  private readonly mutableSlots: InstanceSlot[] = []
  private readonly firstProgram: string
  private programs: Map<string, Program> | undefined
  private queue: Promise<unknown> = Promise.resolve()
  private reloadIsDue = false
  private closing = false
  private idle = false

  constructor(private readonly options: InstanceGroupOptions) {
    this.firstProgram = options.entries[0] ?? 'index.ts'
  }

  /** Starts the run: so many instances of the first program, and so many of each other. */
  async start(instances: number, workers: number): Promise<void> {
    const others = this.options.entries.slice(1)
    await this.enqueue(async () => {
      await this.build()
      const entries = [
        ...repeat(instances, this.firstProgram),
        ...others.flatMap((other) => repeat(workers, other)),
      ]
      for (const entry of entries)
        this.mutableSlots.push(await InstanceSlot.create(entry, this.options))
      await this.startAll(this.mutableSlots)
    })
  }

  /** One more instance, of the first program if no other is asked for. */
  async add(entry = this.firstProgram): Promise<void> {
    await this.enqueue(async () => {
      if (this.mutableSlots.length >= maxInstances) {
        return this.options.reporter.message(`That is enough: ${maxInstances} instances here`)
      }
      // Compiled again: files that were not used for a day are deleted.
      await this.build()
      const slot = await InstanceSlot.create(entry, this.options)
      this.mutableSlots.push(slot)
      await this.startAll([slot])
    })
  }

  /** Stops the newest running instance of the first program, for good. */
  async removeNewest(): Promise<void> {
    await this.enqueue(async () => {
      const running = this.mutableSlots.filter(({ instance }) => instance)
      const newest = running.findLast(({ entry }) => entry === this.firstProgram)
      if (!newest) return this.options.reporter.message('There is none to stop')
      await this.discard(newest)
    })
  }

  /** Sends SIGTERM to the instance with this number. @returns false when there is none */
  terminate(number: number): boolean {
    const instance = this.running().find(({ name }) => name.endsWith(`.${number}`))
    instance?.signal('SIGTERM')
    return instance !== undefined
  }

  /** Starts this one again: stops it if it runs. */
  async restart(name: string): Promise<void> {
    await this.enqueue(async () => {
      const slot = this.find(name)
      if (!slot || !(await this.build())) return
      slot.pause(false)
      await slot.instance?.stop()
      await this.startAll([slot])
    })
  }

  /** Removes this one; it is stopped if it runs. */
  async remove(name: string): Promise<void> {
    await this.enqueue(async () => {
      const slot = this.find(name)
      if (!slot) return
      slot.pause(false)
      await this.discard(slot)
    })
  }

  /** The place of this name, if there is one. */
  find(name: string): InstanceSlot | undefined {
    return this.mutableSlots.find((slot) => slot.name === name)
  }

  /** Every place there is, also those where nothing runs. */
  get slots(): readonly InstanceSlot[] {
    return this.mutableSlots
  }

  /**
   * Compiles anew and starts every instance again. Asked for while a reload is under way,
   * it happens once more after it: the last save wins.
   *
   * @param saved the file, for people
   */
  async reload(saved: string): Promise<void> {
    if (this.reloadIsDue) return
    this.reloadIsDue = true
    await this.enqueue(async () => {
      this.reloadIsDue = false
      if (!(await this.build())) return
      this.options.reporter.message(`${saved} was saved: starting again`)
      await this.stopAll()
      await this.startAll(this.mutableSlots)
    })
  }

  /** Stops every instance, and whichever is being started at this moment. */
  async close(): Promise<void> {
    this.closing = true
    for (const slot of this.mutableSlots) if (slot.paused) slot.pause(false)
    await this.stopAll()
    await this.queue
    await this.stopAll()
  }

  /** Ends every instance at once. */
  kill(): void {
    for (const instance of this.running()) instance.kill()
  }

  /** Where instances answer requests; one that has just died counts. */
  backends(): { name: string; port: number }[] {
    return this.mutableSlots.filter(({ isWeb }) => isWeb)
  }

  /** The names of the instances that run. */
  runningNames(): string[] {
    return this.running().map(({ name }) => name)
  }

  /** Whether an instance has failed, or there never was a program to start. */
  get failed(): boolean {
    return (
      !this.programs ||
      this.mutableSlots.some(({ lastExit }) => lastExit && lastExit.code !== 0)
    )
  }

  private running(): Instance[] {
    return this.mutableSlots.flatMap(({ instance }) => (instance ? [instance] : []))
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.queue.then(() => (this.closing ? undefined : task()))
    this.queue = done.then(() => this.checkIdle()).catch(() => {})
    return done
  }

  private async discard(slot: InstanceSlot): Promise<void> {
    await slot.instance?.stop()
    this.mutableSlots.splice(this.mutableSlots.indexOf(slot), 1)
    await slot.close()
  }

  // Looked at after the work in hand: between the two halves of a reload nothing runs either.
  private checkIdle(): void {
    if (this.running().length > 0 || this.closing || this.idle) return
    this.idle = true
    this.options.onIdle()
  }

  private async build(): Promise<boolean> {
    const { entries, folder, reporter } = this.options
    try {
      const built = entries.map(async (entry) => [entry, await compile(folder, entry)] as const)
      this.programs = new Map(await Promise.all(built))
      reporter.compiled?.()
      return true
    } catch (error) {
      if (!(error instanceof CompileError)) throw error
      reporter.compileError(error)
      if (this.running().length > 0) reporter.message('The instances from before go on')
      return false
    }
  }

  private async startAll(slots: InstanceSlot[]): Promise<void> {
    for (const slot of slots) {
      const program = this.programs?.get(slot.entry)
      if (!program || this.closing) return
      this.idle = false
      await slot.start(program, () => void this.queue.then(() => this.checkIdle()))
    }
  }

  private async stopAll(): Promise<void> {
    await Promise.all(this.running().map((instance) => instance.stop()))
  }
}

function repeat(count: number, entry: string): string[] {
  return Array.from({ length: count }, () => entry)
}
