import { basename } from 'node:path'
import { findFreePort } from '../process/free-port.ts'
import type { Exit, Instance } from '../process/instance.ts'
import type { DaemonClient } from './daemon-client.ts'
import type { Program } from '../process/compile.ts'
import { startInstance } from '../process/start.ts'
import type { RunReporter } from './run-reporter.ts'
import type { RedisProxies } from './proxies.ts'

/** What every instance of a run shares. */
export interface InstanceSlotOptions {
  daemon: DaemonClient
  proxies: RedisProxies
  reporter: RunReporter
  /** Called when something about an instance changes. */
  onChange: () => void
}

/** A place for an instance. It keeps name, port and tap while the instance is started again. */
export class InstanceSlot {
  /** Undefined while none runs. */
  instance: Instance | undefined
  /** How the last one ended, and the same for people. */
  lastExit: Exit | undefined
  exitText = ''
  /** Whether the one that runs was stopped with SIGSTOP. */
  paused = false
  /** Whether an instance here has ever listened on its port: this is a web program. */
  isWeb = false

  private constructor(
    readonly name: string,
    readonly entry: string,
    private readonly env: Record<string, string>,
    private readonly options: InstanceSlotOptions,
  ) {}

  /** @param entry the program: `index.ts` and `web.ts` become `web.1`, `worker.ts` `worker.1` */
  static async create(entry: string, options: InstanceSlotOptions): Promise<InstanceSlot> {
    const { daemon, proxies, reporter } = options
    const name = await daemon.allocateName(
      entry === 'index.ts' ? 'web' : basename(entry, '.ts'),
    )
    reporter.reserveLabel(name)
    return new InstanceSlot(
      name,
      entry,
      {
        DYNO: name,
        PORT: String(await findFreePort()),
        REDIS_URL: await proxies.add(name),
        SESSION_SECRET: 'one secret for every instance, or they would not share a session',
      },
      options,
    )
  }

  /** The port its config vars name. */
  get port(): number {
    return Number(this.env['PORT'])
  }

  /**
   * Starts an instance here.
   *
   * @param program what to run
   * @param onEnd called when the instance has ended, however
   */
  async start(program: Program, onEnd: () => void): Promise<void> {
    const { name, env } = this
    const { reporter } = this.options
    const instance = await startInstance({
      name,
      program,
      env,
      onLine: (line) => reporter.instanceOutput(name, line),
    })
    this.instance = instance
    this.paused = false
    instance.onChange(() => {
      this.isWeb ||= instance.listening.includes(this.port)
      this.options.onChange()
    })
    reporter.instanceNote(
      name,
      `process ${instance.pid}, PORT=${env['PORT']}; ${stopCommand(instance)}`,
    )
    void instance.ended.then((exit) => {
      this.instance = undefined
      this.lastExit = exit
      this.paused = false
      this.report(instance, exit)
      this.options.onChange()
      onEnd()
    })
  }

  /** Stops the process where it stands, or lets it go on. It cannot notice the one nor the other. */
  pause(on: boolean): void {
    if (!this.instance) return
    this.instance.signal(on ? 'SIGSTOP' : 'SIGCONT')
    this.paused = on
    this.options.onChange()
  }

  /** Gives name and tap back. The instance must have ended. */
  async close(): Promise<void> {
    await this.options.proxies.remove(this.name)
    this.options.daemon.releaseName(this.name)
  }

  private report(instance: Instance, exit: Exit): void {
    const { reporter } = this.options
    this.exitText = describeExit(instance, exit)
    reporter.instanceNote(this.name, this.exitText)
    const left = exit.orphans.length
    const what = left === 1 ? 'a process' : `${left} processes`
    if (left > 0) reporter.instanceNote(this.name, `left ${what} behind, ended by the workshop`)
  }
}

function describeExit({ forceKilled }: Instance, { code, signal }: Exit): string {
  if (forceKilled) return 'killed: it did not end after SIGTERM'
  return signal ? `ended by ${signal}` : `ended with exit code ${code}`
}

function stopCommand({ pid }: Instance): string {
  if (process.platform === 'win32') return `stop it with: taskkill /f /pid ${pid}`
  return `stop it with: kill -15 ${pid}`
}
