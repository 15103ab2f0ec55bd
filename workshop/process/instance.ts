import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { type HostPort, type PreloadEvent, readPreloadEvents } from './preload-events.ts'
import { survivorsAfter, descendantsOf } from './process-tag.ts'
import { OutputReader, type OutputLine } from './output.ts'
import { sendSignal, startTimeOf } from './processes.ts'
import { untrackGroup } from './reaper-client.ts'

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
}

// How long a process may take that has been told to end, or has lost its parent; milliseconds.
const orphanGraceMs = 250

const noProcesses = { orphans: [], survivors: [] }

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
  /** Set when the process has ended. */
  exit: Exit | undefined
  /** Resolves when the process has ended and its last line has been read. */
  readonly ended: Promise<Exit>
  readonly pid: number
  readonly startedAt = performance.now()
  private readonly start: number
  private readonly output: OutputReader
  private readonly listeners = new Set<() => void>()
  /** We lost patience with it. */
  forceKilled = false
  private termSent = false
  private notifyScheduled: NodeJS.Immediate | undefined

  constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly tag: string,
    onLine: (line: OutputLine) => void = () => {},
  ) {
    this.pid = child.pid ?? 0
    this.start = startTimeOf(this.pid)
    this.output = new OutputReader((line) => {
      onLine(line)
      this.notify()
    })
    this.ended = this.monitor()
  }

  /** What it printed, in order, bounded. */
  get lines(): readonly OutputLine[] {
    return this.output.lines
  }

  /** It printed more than was kept. */
  get truncated(): boolean {
    return this.output.truncated
  }

  /** Calls back whenever something about it changes. @returns how to stop that */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Sends a signal to the process itself, as `kill` does; a cluster primary passes it on. */
  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGTERM') this.termSent = true
    if (!this.exit) sendSignal(this.pid, signal)
  }

  /** Ends it and everything it started at once, without a farewell. */
  kill(): void {
    if (this.exit) return
    this.forceKilled = true
    // Whom it has started outside of its group is found when it has ended.
    sendSignal(-this.pid, 'SIGKILL')
  }

  /**
   * Stops it and everything it started: SIGTERM, unless it was sent one before (a second
   * one would cut the farewell of a program that listens once), then SIGKILL.
   *
   * @param graceMs how long it may take to say farewell
   */
  async stop(graceMs = 4000): Promise<Exit> {
    if (!this.termSent) this.signal('SIGTERM')
    const timer = setTimeout(() => this.kill(), graceMs)
    const exit = await this.ended
    clearTimeout(timer)
    return exit
  }

  private async monitor(): Promise<Exit> {
    const { child } = this
    const read = Promise.all([
      child.stdout && this.output.read(child.stdout, 'stdout'),
      child.stderr && this.output.read(child.stderr, 'stderr'),
      readPreloadEvents(child, (fact) => this.onPreloadEvent(fact)),
    ])
    const { code, signal } = await exitOf(child)
    const at = performance.now()
    const self = { pid: this.pid, tag: this.tag, start: this.start }
    const orphans = descendantsOf(self)
    const survivors =
      orphans.length > 0 ? await survivorsAfter(self, this.forceKilled ? 0 : orphanGraceMs) : []
    if (survivors.length > 0) sendSignal(-this.pid, 'SIGKILL')
    for (const pid of survivors) sendSignal(pid, 'SIGKILL')
    // Its last lines are still in the pipes. They end at once, now that nobody it started
    // can hold a pipe open; somebody we did not find could, so we do not wait for ever.
    await Promise.race([read, delay(500, undefined, { ref: false })])
    // It was given no chance to stop them.
    this.exit = {
      code,
      signal,
      at,
      ...(this.forceKilled ? noProcesses : { orphans, survivors }),
    }
    await untrackGroup(this.pid)
    this.notify()
    return this.exit
  }

  private onPreloadEvent({ dialled, listening, read, listensTo }: PreloadEvent): void {
    if (dialled) this.connectAttempts.push(dialled)
    if (listening) this.listening.push(listening)
    if (read) this.envReads.push(read)
    if (listensTo) this.signalHandlers.push(listensTo)
    this.notify()
  }

  // Once per turn: a program that floods its output must not keep us from our clocks.
  private notify(): void {
    this.notifyScheduled ??= setImmediate(() => {
      this.notifyScheduled = undefined
      for (const listener of this.listeners) listener()
    })
  }
}

function exitOf(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}
