import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { trackGroup, untrackGroup } from '../../../../workshop/process/index.ts'
import { groupMembers, sendSignal } from '../../../../workshop/process/processes.ts'

/** How something is started. */
export interface Start {
  /** For messages: `web-1`. */
  name: string
  command: string[]
  cwd: string
  /** Its whole environment. */
  env: Record<string, string>
  /** An open file for what it prints; otherwise that is kept in memory. */
  stdout?: number
}

/** How something has ended. */
export interface End {
  code: number | null
  signal: NodeJS.Signals | null
  /** The time from the signal to the end. */
  ms: number
}

/** A process in place of a container: one command, its own group and environment. */
export class Process {
  readonly name: string
  /** Everything it has printed. */
  printed = ''
  private over: { code: number | null; signal: NodeJS.Signals | null } | undefined
  private readonly exited: Promise<void>

  private constructor(
    private readonly start: Start,
    private readonly child: ChildProcess,
  ) {
    this.name = start.name
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.printed += text))
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.over = { code, signal }
        resolve()
      })
    })
  }

  /** Starts it. If this test run is killed, the reaper ends it. */
  static async start(start: Start): Promise<Process> {
    const [file = '', ...args] = start.command
    const { cwd, env, stdout = 'pipe' } = start
    const child = spawn(file, args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', stdout, 'pipe'],
    })
    const started = new Process(start, child)
    await once(child, 'spawn')
    await trackGroup(started.pid)
    return started
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Whether it runs. */
  get alive(): boolean {
    return this.over === undefined
  }

  /** The running processes of its group. */
  get members(): number[] {
    return groupMembers(this.pid)
  }

  /** Runs another command beside it, as `docker exec` would. @returns its exit code */
  async execute([file = '', ...args]: string[]): Promise<number | null> {
    const { cwd, env } = this.start
    const child = spawn(file, args, { cwd, env, stdio: 'ignore' })
    const [code] = await once(child, 'exit')
    return code
  }

  /**
   * Sends a signal to the process alone, as `docker stop` does, and kills its group after
   * `graceMs`.
   */
  async stop(signal: NodeJS.Signals, graceMs: number): Promise<End> {
    const since = performance.now()
    if (this.alive) this.child.kill(signal)
    const late = new AbortController()
    await Promise.race([this.exited, delay(graceMs, undefined, { signal: late.signal })])
    late.abort()
    if (this.alive) await this.kill()
    return { ...this.end(), ms: performance.now() - since }
  }

  /** Kills its group. */
  async kill(): Promise<void> {
    for (const pid of this.members) sendSignal(pid, 'SIGKILL')
    await this.exited
    untrackGroup(this.pid)
  }

  /** Fails when it has ended. @param but what was to happen */
  mustLive(but: string): void {
    if (this.alive) return
    const { code, signal } = this.end()
    throw new Error(`${but}, but ${this.name} has ended (${signal ?? code}):\n${this.printed}`)
  }

  private end() {
    return this.over ?? { code: null, signal: null }
  }
}
