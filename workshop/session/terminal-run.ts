import { UserError } from '../errors.ts'
import { connectToDaemon } from './connect-to-daemon.ts'
import type { DaemonClient } from './daemon-client.ts'
import type { InstanceGroup } from './instance-group.ts'
import { KeyBindings } from './key-bindings.ts'
import { Deferred } from './deferred.ts'
import { isInteractiveTty } from './keyboard.ts'
import { TerminalReporter } from './terminal-reporter.ts'
import { RunSession, resolveRunRedis, rejectOnDaemonLoss } from './run-session.ts'
import type { RunRedis } from './proxies.ts'
import { ShutdownSignal } from './shutdown.ts'
import { TrafficPrinter } from './traffic-printer.ts'

/** What to run. */
export interface RunOptions {
  /** What was typed, for `npm run stop` to name. */
  commandLine: string
  /** Where the programs are, absolute, and which they are. */
  folder: string
  entries: string[]
  instances: number
  /** How many of each program after the first; undefined: one, and nobody asked. */
  workers: number | undefined
  wire: boolean
}

/**
 * Runs the instances of a step until it is asked to end, or, when nobody sits there to
 * press a key, until they have all ended.
 *
 * @returns 0; 1 when they ended by themselves and one of them failed
 * @throws UserError when there is no Redis to be had, or it is gone
 */
export async function runInstances(options: RunOptions): Promise<number> {
  if (options.workers && options.entries.length < 2) {
    const command = options.commandLine.split(' ').slice(0, 4).join(' ')
    throw new UserError(`That step has one program only. It is: ${command} [instances] [wire]`)
  }
  const shutdown = new ShutdownSignal()
  const printer = new TerminalReporter()
  const keeping = connectToDaemon(options.commandLine, (line) => printer.message(line))
  const leave = () => void keeping.then((keeper) => keeper.close()).catch(() => {})
  try {
    // Ctrl+C while a Redis is still being fetched: whoever fetches it notices that we left.
    const redis = await Promise.race([
      shutdown.requested.promise,
      keeping.then((keeper) => resolveRunRedis(keeper, (line) => printer.message(line))),
    ])
    if (!redis) return 0
    return await runInTerminal(redis, await keeping, { ...options, shutdown, printer })
  } finally {
    leave()
    shutdown.close()
  }
}

interface TerminalRun extends RunOptions {
  shutdown: ShutdownSignal
  printer: TerminalReporter
}

async function runInTerminal(
  redis: RunRedis,
  daemon: DaemonClient,
  options: TerminalRun,
): Promise<number> {
  const { printer, shutdown, folder, entries } = options
  const interactive = isInteractiveTty()
  const ended = new Deferred<number>()
  const onIdle = () => {
    if (interactive)
      printer.message('Nothing is running. Save a file to start again, or press q')
    else ended.resolve(run.instances.failed ? 1 : 0)
  }
  const onError = ended.reject
  const run = await RunSession.open({
    redis,
    daemon,
    folder,
    entries,
    reporter: printer,
    onIdle,
    onError,
  })
  const traffic = new TrafficPrinter(run.proxies.recording, printer, options.wire)
  const controls = new KeyBindings({ run, traffic, printer, shutdown: shutdown })
  const release = interactive ? await controls.start() : () => {}
  run.inBackground(run.instances.start(options.instances, options.workers ?? 1))
  try {
    await Promise.race([shutdown.requested.promise, ended.promise, rejectOnDaemonLoss(daemon)])
    return await Promise.race([ended.promise, 0])
  } finally {
    await run.stopWatching()
    await stopInstances(run.instances, options)
    release()
    await run.close()
  }
}

// Ends with exit code 0 also after Ctrl+C and signals: the learner did what the lesson
// says, and npm would call everything else an error over six lines.
async function stopInstances(
  crew: InstanceGroup,
  { printer, shutdown }: TerminalRun,
): Promise<void> {
  void shutdown.forced.promise.then(() => crew.kill())
  const timer = setTimeout(() => {
    const names = crew.runningNames().join(', ')
    if (names) printer.message(`Waiting for ${names} to end; Ctrl+C does not wait`)
  }, 1000)
  await crew.close()
  clearTimeout(timer)
}
