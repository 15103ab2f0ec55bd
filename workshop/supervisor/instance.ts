import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { tool } from './compile.ts'
import { instanceEnvironment } from './environment.ts'
import { Output, type OutputLine } from './output.ts'
import { groupMembers, send } from './processes.ts'
import { register, unregister } from './reap.ts'

/** How an instance ended. */
export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  /** Milliseconds on the clock of `performance.now()`. */
  at: number
  /** Processes it started and left running in its group. */
  leftBehind: number[]
}

/** An address a program tried to connect to. */
export interface Address {
  host: string
  port: number
}

/** What `startInstance` needs. */
export interface InstanceOptions {
  /** As a PaaS names it: `web.1`. */
  name: string
  /** A file made by `compile`. */
  file: string
  /** Its config vars; see `instanceEnvironment`. */
  env: Record<string, string>
  onLine?: (line: OutputLine) => void
}

const running = new Set<Instance>()

/** One running copy of the app, the leader of a process group of its own. */
export class Instance {
  /** Every address the program tried to connect to, in order. */
  readonly dialled: Address[] = []
  /** Which config vars it looked at. */
  readonly envRead: string[] = []
  /** Set when the process has ended. */
  exit: Exit | undefined
  /** Resolves when the process has ended and its last line has been read. */
  readonly ended: Promise<Exit>
  readonly pid: number
  readonly startedAt = performance.now()
  private readonly output: Output
  private readonly listeners = new Set<() => void>()

  constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    onLine: (line: OutputLine) => void = () => {},
  ) {
    this.pid = child.pid ?? 0
    this.output = new Output((line) => {
      onLine(line)
      this.tell()
    })
    this.ended = this.follow()
    running.add(this)
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
    if (!this.exit) send(this.pid, signal)
  }

  /**
   * Stops it and everything in its group: SIGTERM once, then SIGKILL for what remains.
   *
   * @param graceMs how long it may take to say farewell
   */
  async stop(graceMs = 4000): Promise<Exit> {
    this.signal('SIGTERM')
    const timer = setTimeout(() => send(-this.pid, 'SIGKILL'), graceMs)
    const exit = await this.ended
    clearTimeout(timer)
    return exit
  }

  private async follow(): Promise<Exit> {
    const { child } = this
    const read = Promise.all([
      child.stdout && this.output.read(child.stdout, 'stdout'),
      child.stderr && this.output.read(child.stderr, 'stderr'),
    ])
    this.listen(child)
    const { code, signal } = await exitOf(child)
    const at = performance.now()
    const leftBehind = groupMembers(this.pid)
    send(-this.pid, 'SIGKILL')
    // Its last lines are still in the pipe. They end at once, now that nobody of its group
    // can hold the pipe open; a process that left the group could, so we do not wait for ever.
    await Promise.race([read, new Promise((resolve) => setTimeout(resolve, 500).unref())])
    this.exit = { code, signal, at, leftBehind }
    running.delete(this)
    await unregister(this.pid)
    this.tell()
    return this.exit
  }

  private listen(child: ChildProcess): void {
    const facts = child.stdio[3]
    if (!facts || !('read' in facts)) return
    createInterface({ input: facts as Readable }).on('line', (line) => {
      const fact: { dialled?: Address; read?: string } = JSON.parse(line)
      if (fact.dialled) this.dialled.push(fact.dialled)
      if (fact.read) this.envRead.push(fact.read)
      this.tell()
    })
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}

function exitOf(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}

/** Starts an instance. Node runs the file directly, so that signals reach the program. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const guard = pathToFileURL(await tool('guard')).href
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--import', guard, options.file],
    {
      detached: true,
      env: instanceEnvironment(options.env),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  )
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  const instance = new Instance(options.name, child, options.onLine)
  await register(instance.pid)
  return instance
}

/** Stops every instance of this process that still runs. @param graceMs see `Instance.stop` */
export async function stopAll(graceMs?: number): Promise<void> {
  await Promise.all([...running].map((instance) => instance.stop(graceMs)))
}
