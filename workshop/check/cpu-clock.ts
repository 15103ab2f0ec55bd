import { availableParallelism } from 'node:os'
import { NotJudgedError } from './not-judged.ts'
import { CpuMeter, type CpuUse } from '../process/cpu-time.ts'

// How often the clock ticks, and how often the processes are measured; milliseconds.
const tickMs = 25
const sampleMs = 250
const leastSampleMs = 50

/** How the programs fared between two moments. */
export interface CpuReading {
  /** The time in which they could run, or had nothing to do; milliseconds. */
  countedMs: number
  /** The time that passed; milliseconds. */
  elapsedMs: number
  /** How long their threads ran; milliseconds. */
  ranMs: number
  /** How long they waited for a processor that other programs of this machine had; milliseconds. */
  waitedMs: number
}

/** Thrown when a program did too little, and the machine gave it too little time to do it. */
export class MachineTooBusyError extends NotJudgedError {
  /** @param reading since the program had to do it */
  constructor({ countedMs, elapsedMs, ranMs, waitedMs }: CpuReading) {
    const slower = Math.max(
      elapsedMs / Math.max(countedMs, 1),
      (ranMs + waitedMs) / Math.max(ranMs, 1),
    )
    super(
      'this machine is too busy, which shows nothing about your code. ' +
        `The programs were about ${Math.round(slower)} times slower than alone. ` +
        'End other programs, or wait, and check again',
    )
  }
}

// The machine is busy when so much of their time was taken from them.
const leastWaitedMs = 300
const leastSlowness = 8

/** Whether other programs took so much of the processor that silence proves nothing. */
export function isStarved({ ranMs, waitedMs }: CpuReading): boolean {
  return waitedMs > leastWaitedMs && ranMs + waitedMs > leastSlowness * ranMs
}

/** Whether so much time passed in which they could not run that their own limits prove nothing. */
export function isSlowed({ countedMs, elapsedMs }: CpuReading): boolean {
  const lostMs = elapsedMs - countedMs
  return lostMs > leastWaitedMs && lostMs > countedMs
}

/**
 * The clock of all deadlines. It counts the time in which this process, the programs it has
 * started and their Redis could run; while they wait for a processor, it stands still. So a
 * busy machine does not turn a right answer into a wrong one.
 *
 * Where the system does not show how long a process waited (only Linux does), this process
 * stands for all: a tick that comes late counts as one tick.
 */
export class CpuClock {
  readonly #total: CpuReading = { countedMs: 0, elapsedMs: 0, ranMs: 0, waitedMs: 0 }
  readonly #listeners = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined
  #lastTick = performance.now()
  #lastSample = -Infinity
  // Since the last sample, and not yet in the totals.
  #tickedMs = 0

  /** @param read returns what the processes got since its last call */
  constructor(private readonly read: () => CpuUse | undefined) {}

  /**
   * Calls back at every tick, about 40 times a second. The clock runs while there is a
   * listener.
   *
   * @returns how to stop that
   */
  onTick(listener: () => void): () => void {
    if (this.#listeners.size === 0) this.#start()
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) clearInterval(this.#timer)
    }
  }

  /** A moment, for `since`. */
  now(): CpuReading {
    return { ...this.#total, countedMs: this.#total.countedMs + this.#tickedMs }
  }

  /**
   * What happened since a moment.
   *
   * @param moment made by `now`
   * @param exact measures anew, at the cost of a few milliseconds
   */
  since(moment: CpuReading, { exact = false } = {}): CpuReading {
    if (exact && performance.now() - this.#lastSample > leastSampleMs) this.#sample()
    const now = this.now()
    return {
      countedMs: now.countedMs - moment.countedMs,
      elapsedMs: now.elapsedMs - moment.elapsedMs,
      ranMs: now.ranMs - moment.ranMs,
      waitedMs: now.waitedMs - moment.waitedMs,
    }
  }

  #start(): void {
    this.#lastTick = performance.now()
    if (this.#lastTick - this.#lastSample > sampleMs) this.#sample()
    this.#timer = setInterval(() => this.#tick(), tickMs)
  }

  #tick(): void {
    const now = performance.now()
    // Late by more than a tick: this process did not run, or the whole machine slept.
    this.#tickedMs += Math.min(now - this.#lastTick, 2 * tickMs)
    this.#lastTick = now
    if (now - this.#lastSample > sampleMs) this.#sample()
    for (const listener of this.#listeners) listener()
  }

  #sample(): void {
    const now = performance.now()
    // The first one only sets the counters.
    const elapsedMs = Number.isFinite(this.#lastSample) ? now - this.#lastSample : 0
    const { ranMs, waitedMs } = this.read() ?? { ranMs: 0, waitedMs: 0 }
    this.#lastSample = now
    if (elapsedMs === 0) return
    const readyMs = ranMs + waitedMs
    // Of the time in which at least one of them was ready, this part was waiting.
    const lostMs = readyMs === 0 ? 0 : Math.min(elapsedMs, readyMs) * (waitedMs / readyMs)
    const own = Math.min(1, ranMs / (elapsedMs * availableParallelism()))
    this.#total.countedMs += Math.max(0, Math.min(this.#tickedMs, elapsedMs - lostMs))
    this.#total.elapsedMs += elapsedMs
    this.#total.ranMs += ranMs
    // While they wait for each other, the machine is not to blame.
    this.#total.waitedMs += waitedMs * (1 - own)
    this.#tickedMs = 0
  }
}

const meter = new CpuMeter()

/** The clock of this process and all that it has started. */
export const cpuClock = new CpuClock(() => meter.read())

const clocks = new WeakMap<AbortSignal, CpuClock>()

/**
 * Makes a clock that counts the time of these processes alone, whatever else runs in a check at the
 * same time. All waits that this signal ends use it.
 */
export function makeClock(signal: AbortSignal, pids: () => readonly number[]): CpuClock {
  const own = new CpuMeter(pids)
  const clock = new CpuClock(() => own.read())
  clocks.set(signal, clock)
  return clock
}

/** The clock of the waits that this signal ends. */
export function clockOf(signal: AbortSignal): CpuClock {
  return clocks.get(signal) ?? cpuClock
}
