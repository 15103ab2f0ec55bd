import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { type HostPort, type PreloadEvent, readPreloadEvents } from './preload-events.ts'
import { type ProcessIdentity, descendantsOf, survivorsAfter } from './process-tag.ts'
import { OutputReader, type OutputLine } from './output.ts'
import { sendSignal } from './processes.ts'
import { untrackGroup } from './reaper-client.ts'
import { type SpawnOptions, type SpawnedProcess, spawnProgram } from './spawn.ts'

/** How an instance ended. */
export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  /** Milliseconds on the clock of `performance.now()`. */
  at: number
  /** Processes it started and left running; those outside of its group are seen on Linux. */
  orphans: number[]
  /** Those of them that were not about to end themselves. */
  survivors: number[]
  /** V8 gave up because the heap was full. */
  outOfMemory: boolean
}

// How long a process may take to end after a signal or its parent's end; milliseconds.
const orphanGraceMs = 1_000

const noProcesses = { orphans: [], survivors: [] }

/** A mistake in the code of a program that its 'error' listeners saw. */
export interface EmittedError {
  stack: string
}

/** One running copy of the app, the leader of a process group of its own. */
export class Instance {
  /** Every address the program tried to connect to, in order. */
  readonly connectAttempts: HostPort[] = []
  /** Every port it has begun to listen on, in order. */
  readonly listening: number[] = []
  /** Which config vars it looked at. */
  readonly envReads: string[] = []
  /** Which signals it has handlers for; also `exit` and `beforeExit`. */
  readonly signalHandlers: string[] = []
  /** The mistakes in its code that its 'error' listeners saw, printed or not. */
  readonly emittedErrors: EmittedError[] = []
  /** Set when the process has ended. */
  exit: Exit | undefined
  /** To which time its clock was moved on, in ms since 1970: see `long-timers.ts`. */
  clock: number | undefined
  /** Resolves when the process has ended and its last line has been read. */
  readonly ended: Promise<Exit>
  readonly pid: number
  readonly startedAt = performance.now()
  /** It was ended with SIGKILL because it did not end in time. */
  forceKilled = false
  readonly #child: ChildProcess
  readonly #identity: ProcessIdentity
  readonly #output: OutputReader
  readonly #listeners = new Set<() => void>()
  #termSent = false
  #outOfMemory = false
  #notifyScheduled = false

  constructor(
    readonly name: string,
    { child, tag, start, score }: SpawnedProcess,
    private readonly callbacks: Callbacks = {},
  ) {
    this.#child = child
    this.pid = child.pid ?? 0
    this.#identity = { pid: this.pid, tag, start, score }
    this.#output = new OutputReader((line) => {
      this.#outOfMemory ||= /JavaScript heap out of memory/.test(line.text)
      callbacks.onLine?.(line)
      this.#notify()
    })
    this.ended = this.#monitor()
  }

  /** What it printed, in order, bounded. */
  get lines(): readonly OutputLine[] {
    return this.#output.lines
  }

  /** It printed more than was kept. */
  get truncated(): boolean {
    return this.#output.truncated
  }

  /** It was sent SIGTERM. */
  get isStopping(): boolean {
    return this.#termSent
  }

  /** It has printed something, listens, or has tried to connect. */
  get hasShownLife(): boolean {
    return this.lines.length + this.listening.length + this.connectAttempts.length > 0
  }

  /** Calls back whenever something about it changes. @returns how to stop that */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Sends a signal to the process itself, as `kill` does, and not to its group. */
  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGTERM') this.#termSent = true
    if (!this.exit) sendSignal(this.pid, signal)
  }

  /** Ends it and everything it started at once, with SIGKILL. */
  kill(): void {
    if (this.exit) return
    this.forceKilled = true
    // What it has started outside of its group is found when it has ended.
    sendSignal(-this.pid, 'SIGKILL')
  }

  /**
   * Stops it and everything it started: SIGTERM, unless it was sent one before (a second
   * one would end a program at once that listens once), then SIGKILL.
   *
   * @param graceMs how long a graceful shutdown may take, milliseconds
   */
  async stop(graceMs = 4000): Promise<Exit> {
    if (!this.#termSent) this.signal('SIGTERM')
    const timer = setTimeout(() => this.kill(), graceMs)
    const exit = await this.ended
    clearTimeout(timer)
    return exit
  }

  async #monitor(): Promise<Exit> {
    const child = this.#child
    const read = Promise.all([
      child.stdout && this.#output.read(child.stdout, 'stdout'),
      child.stderr && this.#output.read(child.stderr, 'stderr'),
      readPreloadEvents(child, (event) => this.#onPreloadEvent(event)),
    ])
    const { code, signal } = await exitOf(child)
    const at = performance.now()
    const orphans = descendantsOf(this.#identity)
    const survivors =
      orphans.length > 0
        ? await survivorsAfter(this.#identity, this.forceKilled ? 0 : orphanGraceMs)
        : []
    if (survivors.length > 0) sendSignal(-this.pid, 'SIGKILL')
    for (const pid of survivors) sendSignal(pid, 'SIGKILL')
    // Its last lines are still in the pipes. They close at once, now that no process it started
    // holds one open. One that was not found could, hence the limit.
    await Promise.race([read, delay(500, undefined, { ref: false })])
    // With SIGKILL it could not stop them.
    this.exit = {
      code,
      signal,
      at,
      outOfMemory: this.#outOfMemory,
      ...(this.forceKilled ? noProcesses : { orphans, survivors }),
    }
    untrackGroup(this.pid)
    this.#notify()
    return this.exit
  }

  #onPreloadEvent(event: PreloadEvent): void {
    const { connecting, listening, read, listensTo, error, clock } = event
    if (connecting) this.connectAttempts.push(connecting)
    if (listening) this.listening.push(listening)
    if (read) this.envReads.push(read)
    if (listensTo) this.signalHandlers.push(listensTo)
    if (error) this.#onError({ stack: error })
    if (clock) this.clock = clock
    this.#notify()
  }

  #onError(error: EmittedError): void {
    this.emittedErrors.push(error)
    this.callbacks.onError?.(error)
  }

  // Once per turn of the event loop: a program that prints without end must not block the timers.
  #notify(): void {
    if (this.#notifyScheduled) return
    this.#notifyScheduled = true
    setImmediate(() => {
      this.#notifyScheduled = false
      for (const listener of this.#listeners) listener()
    })
  }
}

interface Callbacks {
  onLine?: (line: OutputLine) => void
  onError?: (error: EmittedError) => void
}

/** What `startInstance` needs. */
interface InstanceOptions extends SpawnOptions, Callbacks {
  /** As a PaaS names it: `web.1`. */
  name: string
}

/** Starts an instance. Node runs the file directly, so that signals reach the program. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  return new Instance(options.name, await spawnProgram(options), options)
}

function exitOf(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}
