import { UserError } from '../errors.ts'
import { type DaemonClient, connectToDaemon } from './daemon-client.ts'
import { Deferred } from './deferred.ts'
import type { InstanceGroup } from './instance-group.ts'
import { KeyBindings } from './key-bindings.ts'
import { isInteractiveTty } from './keyboard.ts'
import {
  RunSession,
  type RunSessionOptions,
  rejectOnDaemonLoss,
  resolveRunRedis,
} from './run-session.ts'
import { ShutdownSignal } from './shutdown.ts'
import { TerminalReporter } from './terminal-reporter.ts'
import { TrafficPrinter } from './traffic-printer.ts'

/** What to run. */
export interface RunOptions {
  /** What was typed, for `npm run stop` to name. */
  commandLine: string
  /** Where the programs are, absolute, and which they are. */
  folder: string
  entries: string[]
  needsCluster: boolean
  instances: number
  /** How many of each program after the first; undefined: one, because none was typed. */
  workers: number | undefined
  wire: boolean
  debug: boolean
  /** What stands before the names that programs see. */
  namePrefix?: string | undefined
}

/**
 * Runs the instances of a step until a shutdown is requested. Without a terminal, where no key
 * can start an instance again, it ends when they have all ended.
 *
 * @returns 0; 1 when they ended by themselves and one of them failed
 * @throws UserError when there is no Redis, or the process that runs it was killed
 */
export async function runInstances(options: RunOptions): Promise<number> {
  if (options.workers && options.entries.length < 2) {
    const command = options.commandLine.split(' ').slice(0, 4).join(' ')
    throw new UserError(`That step has one program only. It is: ${command} [instances] [wire]`)
  }
  const shutdown = new ShutdownSignal()
  const reporter = new TerminalReporter()
  const connecting = connectToDaemon(options.commandLine, (line) => reporter.message(line))
  try {
    // Ctrl+C while a Redis is being fetched: the daemon ends when the connection does.
    const redis = await Promise.race([
      shutdown.requested.promise,
      connecting.then((daemon) =>
        resolveRunRedis(daemon, options.needsCluster, (line) => reporter.message(line)),
      ),
    ])
    if (!redis) return 0
    return await runInTerminal(redis, await connecting, { ...options, shutdown, reporter })
  } catch (error) {
    if (await shutdown.explains()) return 0
    throw error
  } finally {
    void connecting.then((daemon) => daemon.close()).catch(() => {}) // It was thrown above.
    shutdown.close()
  }
}

interface TerminalRun extends RunOptions {
  shutdown: ShutdownSignal
  reporter: TerminalReporter
}

async function runInTerminal(
  redis: RunSessionOptions['redis'],
  daemon: DaemonClient,
  options: TerminalRun,
): Promise<number> {
  const { reporter, shutdown, folder, entries, debug, namePrefix } = options
  const interactive = isInteractiveTty()
  const ended = new Deferred<number>()
  const onIdle = () => {
    if (interactive)
      reporter.message('Nothing is running. Save a file to start again, or press q')
    else ended.resolve(run.instances.failed ? 1 : 0)
  }
  const onError = ended.reject
  const run = await RunSession.open({
    redis,
    daemon,
    folder,
    entries,
    debug,
    namePrefix,
    reporter,
    onIdle,
    onError,
  })
  const traffic = new TrafficPrinter(run.proxies.recording, reporter, options.wire)
  const keys = new KeyBindings({ run, traffic, reporter, shutdown })
  const releaseKeys = interactive ? await keys.start() : () => {}
  run.inBackground(run.instances.start(options.instances, options.workers ?? 1))
  try {
    await Promise.race([shutdown.requested.promise, ended.promise, rejectOnDaemonLoss(daemon)])
    return await Promise.race([ended.promise, 0])
  } finally {
    await run.stopWatching()
    await stopInstances(run.instances, options)
    releaseKeys()
    await run.close()
  }
}

// The exit code is 0 also after Ctrl+C and signals: the learner did what the lesson asks for,
// and npm would print six lines of error for anything else.
async function stopInstances(
  instances: InstanceGroup,
  { reporter, shutdown }: TerminalRun,
): Promise<void> {
  void shutdown.forced.promise.then(() => instances.kill())
  const timer = setTimeout(() => {
    const names = instances.runningNames().join(', ')
    if (names) reporter.message(`Waiting for ${names} to end; Ctrl+C does not wait`)
  }, 1000)
  await instances.close()
  clearTimeout(timer)
}
