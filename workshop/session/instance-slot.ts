import { basename } from 'node:path'
import { findFreePort } from '../process/free-port.ts'
import { sendSignal } from '../process/processes.ts'
import { type Exit, type Instance, startInstance } from '../process/instance.ts'
import type { DaemonClient } from './daemon-client.ts'
import type { Program } from '../process/compile.ts'
import type { RunReporter } from './run-reporter.ts'
import type { RedisProxies } from './proxies.ts'

/** What every instance of a run shares. */
export interface InstanceSlotOptions {
  daemon: DaemonClient
  proxies: RedisProxies
  reporter: RunReporter
  /** Starts every instance with an inspector. */
  debug?: boolean
  /** What stands before the names that programs see: `ada-` for `ada-web.1`. */
  namePrefix?: string | undefined
  /** Called when something about an instance changes. */
  onChange: () => void
}

/** One instance of a run. Name, port and proxy stay while the process is started again. */
export class InstanceSlot {
  /** Undefined while none runs. */
  instance: Instance | undefined
  /** How the last process ended, and the same in words. */
  lastExit: Exit | undefined
  exitText = ''
  /** Whether the process was stopped with SIGSTOP. */
  paused = false
  /** Whether it has ever listened on its port. */
  isWeb = false

  private constructor(
    readonly name: string,
    readonly entry: string,
    private readonly env: Record<string, string>,
    private readonly options: InstanceSlotOptions,
  ) {}

  /** @param entry the program: `index.ts` and `web.ts` become `web.1`, `worker.ts` `worker.1` */
  static async create(entry: string, options: InstanceSlotOptions): Promise<InstanceSlot> {
    const { daemon, proxies, reporter, namePrefix = '' } = options
    const name = await daemon.allocateName(
      entry === 'index.ts' ? 'web' : basename(entry, '.ts'),
    )
    reporter.reserveLabel(name)
    return new InstanceSlot(
      name,
      entry,
      {
        DYNO: `${namePrefix}${name}`,
        PORT: String(await findFreePort()),
        ...(await proxies.add(name)),
        // The same for every instance, or they would share neither sessions nor tokens.
        SESSION_SECRET: 'the secret of all instances on this machine',
        JWT_SECRET: 'the token secret of all instances on this machine',
      },
      options,
    )
  }

  /** The port its config vars name. */
  get port(): number {
    return Number(this.env['PORT'])
  }

  /**
   * Starts the process.
   *
   * @param program what to run
   * @param onEnd called when the process has ended
   */
  async start(program: Program, onEnd: () => void): Promise<void> {
    const { name, env } = this
    const { reporter, debug } = this.options
    const inspectPort = debug ? await findFreePort() : undefined
    const instance = await startInstance({
      name,
      program,
      env,
      inspectPort,
      onLine: (line) => reporter.instanceOutput(name, line),
    })
    this.instance = instance
    this.paused = false
    instance.onChange(() => {
      this.isWeb ||= instance.listening.includes(this.port)
      this.options.onChange()
    })
    reporter.instanceStarted(name, { pid: instance.pid, port: this.port })
    if (inspectPort) reporter.instanceNote(name, `debugger: 127.0.0.1:${inspectPort}`)
    void instance.ended.then((exit) => {
      this.instance = undefined
      this.lastExit = exit
      this.paused = false
      this.report(instance, exit)
      this.options.onChange()
      onEnd()
    })
  }

  /** Freezes the process and those of its group, or lets them continue. They do not notice. */
  pause(on: boolean): void {
    if (!this.instance) return
    // With its cluster workers, which are in its group.
    sendSignal(-this.instance.pid, on ? 'SIGSTOP' : 'SIGCONT')
    this.paused = on
    this.options.onChange()
  }

  /** Releases name and proxy. The process must have ended. */
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

function describeExit({ forceKilled }: Instance, { code, signal, outOfMemory }: Exit): string {
  if (outOfMemory) return 'ended: JavaScript heap out of memory'
  if (forceKilled) return 'killed: it did not end after SIGTERM'
  return signal ? `ended by ${signal}` : `ended with exit code ${code}`
}
