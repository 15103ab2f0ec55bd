import { readKeypresses } from './keyboard.ts'
import type { TerminalReporter } from './terminal-reporter.ts'
import type { RunSession } from './run-session.ts'
import type { ShutdownSignal } from './shutdown.ts'
import type { TrafficPrinter } from './traffic-printer.ts'

/** What the keys control. */
export interface KeyBindingOptions {
  run: RunSession
  traffic: TrafficPrinter
  reporter: TerminalReporter
  shutdown: ShutdownSignal
}

const help =
  'Keys: + one more, - stop the newest, 1-9 SIGTERM to that one, w wire, r Redis down, q quit'

const clusterHelp =
  'Keys of the cluster: s slots, m move a slot, k kill a primary, or bring it back'

/** The keys of a run. */
export class KeyBindings {
  constructor(private readonly options: KeyBindingOptions) {}

  /** Prints which keys there are, and begins to read them. @returns how to stop that */
  async start(): Promise<() => void> {
    this.options.reporter.message(help)
    if (this.options.run.cluster) this.options.reporter.message(clusterHelp)
    return readKeypresses((key) => this.onKey(key))
  }

  private onKey(key: string): void {
    const { run, traffic, reporter, shutdown } = this.options
    if (key === '+') run.inBackground(run.instances.add())
    else if (key === '-') run.inBackground(run.instances.removeNewest())
    else if (key === 'w') reporter.message(traffic.toggle())
    else if (key === 'r') run.inBackground(this.toggleRedis())
    else if (key === 'q' || key === '\u0004') shutdown.request()
    else if (key === '\u0003') shutdown.interrupt()
    else if (key === '\r')
      reporter.message('') // Room to read, as in any terminal.
    else if (/^[1-9]$/.test(key)) this.terminate(Number(key))
    else if (key === 's') run.inBackground(run.cluster?.showSlots())
    else if (key === 'm') run.inBackground(run.cluster?.moveSlot())
    else if (key === 'k') this.toggleNode()
  }

  private async toggleRedis(): Promise<void> {
    const { run, reporter } = this.options
    const down = !run.proxies.redisDown
    await run.proxies.setRedisDown(down)
    reporter.message(
      down
        ? 'Redis is down: connections are closed and refused; r brings it back'
        : 'Redis is back',
    )
  }

  private toggleNode(): void {
    const { run } = this.options
    const { cluster } = run
    run.inBackground(cluster?.hasKilled ? cluster.restore() : cluster?.kill())
  }

  private terminate(number: number): void {
    const { run, reporter } = this.options
    if (!run.instances.terminate(number))
      reporter.message(`There is no instance ${number} in this terminal`)
  }
}
