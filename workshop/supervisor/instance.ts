import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { type Address, type Fact, readFacts } from './facts.ts'
import { outliving, relativesOf } from './mark.ts'
import { Output, type OutputLine } from './output.ts'
import { send, startOf } from './processes.ts'
import { unregister } from './reap.ts'

/** How an instance ended. */
export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  /** Milliseconds on the clock of `performance.now()`. */
  at: number
  /** Processes it started and left running; those outside of its group are seen on Linux. */
  leftBehind: number[]
  /** Those of them that were not about to end themselves. */
  outlived: number[]
}

// How long a process may take that has been told to end, or has lost its parent; milliseconds.
const lastMoments = 250

const noOne = { leftBehind: [], outlived: [] }

/** One running copy of the app, the leader of a process group of its own. */
export class Instance {
  /** Every address the program tried to connect to, in order. */
  readonly dialled: Address[] = []
  /** Every port it has begun to listen on, in order. */
  readonly listening: number[] = []
  /** Which config vars it looked at. */
  readonly envRead: string[] = []
  /** Which signals it has handlers for; also `exit` and `beforeExit`. */
  readonly listensTo: string[] = []
  /** Set when the process has ended. */
  exit: Exit | undefined
  /** Resolves when the process has ended and its last line has been read. */
  readonly ended: Promise<Exit>
  readonly pid: number
  readonly startedAt = performance.now()
  private readonly start: number
  private readonly output: Output
  private readonly listeners = new Set<() => void>()
  /** We lost patience with it. */
  lostPatience = false
  private toldToEnd = false
  private telling: NodeJS.Immediate | undefined

  constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly mark: string,
    onLine: (line: OutputLine) => void = () => {},
  ) {
    this.pid = child.pid ?? 0
    this.start = startOf(this.pid)
    this.output = new Output((line) => {
      onLine(line)
      this.tell()
    })
    this.ended = this.follow()
  }

  /** What it printed, in order, bounded. */
  get lines(): readonly OutputLine[] {
    return this.output.lines
  }

  /** It printed more than was kept. */
  get flooded(): boolean {
    return this.output.flooded
  }

  /** Calls back whenever something about it changes. @returns how to stop that */
  on(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Sends a signal to the process itself, as `kill` does; a cluster primary passes it on. */
  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGTERM') this.toldToEnd = true
    if (!this.exit) send(this.pid, signal)
  }

  /** Ends it and everything it started at once, without a farewell. */
  kill(): void {
    if (this.exit) return
    this.lostPatience = true
    // Whom it has started outside of its group is found when it has ended.
    send(-this.pid, 'SIGKILL')
  }

  /**
   * Stops it and everything it started: SIGTERM, unless it was sent one before (a second
   * one would cut the farewell of a program that listens once), then SIGKILL.
   *
   * @param graceMs how long it may take to say farewell
   */
  async stop(graceMs = 4000): Promise<Exit> {
    if (!this.toldToEnd) this.signal('SIGTERM')
    const timer = setTimeout(() => this.kill(), graceMs)
    const exit = await this.ended
    clearTimeout(timer)
    return exit
  }

  private async follow(): Promise<Exit> {
    const { child } = this
    const read = Promise.all([
      child.stdout && this.output.read(child.stdout, 'stdout'),
      child.stderr && this.output.read(child.stderr, 'stderr'),
      readFacts(child, (fact) => this.learn(fact)),
    ])
    const { code, signal } = await exitOf(child)
    const at = performance.now()
    const self = { pid: this.pid, mark: this.mark, start: this.start }
    const leftBehind = relativesOf(self)
    const outlived =
      leftBehind.length > 0 ? await outliving(self, this.lostPatience ? 0 : lastMoments) : []
    if (outlived.length > 0) send(-this.pid, 'SIGKILL')
    for (const pid of outlived) send(pid, 'SIGKILL')
    // Its last lines are still in the pipes. They end at once, now that nobody it started
    // can hold a pipe open; somebody we did not find could, so we do not wait for ever.
    await Promise.race([read, delay(500, undefined, { ref: false })])
    // It was given no chance to stop them.
    this.exit = { code, signal, at, ...(this.lostPatience ? noOne : { leftBehind, outlived }) }
    await unregister(this.pid)
    this.tell()
    return this.exit
  }

  private learn({ dialled, listening, read, listensTo }: Fact): void {
    if (dialled) this.dialled.push(dialled)
    if (listening) this.listening.push(listening)
    if (read) this.envRead.push(read)
    if (listensTo) this.listensTo.push(listensTo)
    this.tell()
  }

  // Once per turn: a program that floods its output must not keep us from our clocks.
  private tell(): void {
    this.telling ??= setImmediate(() => {
      this.telling = undefined
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
