import { UserError } from '../../errors.ts'
import { joinKeeper } from '../keeper-link.ts'
import type { Keeper } from '../keeper-talk.ts'
import type { Crew } from './crew.ts'
import { Controls } from './controls.ts'
import { Deferred } from './deferred.ts'
import { isInteractive } from './keyboard.ts'
import { Printer } from './printer.ts'
import { StepRun, findRunRedis, lost } from './step-run.ts'
import type { RunRedis } from './taps.ts'
import { WayOut } from './way-out.ts'
import { WireLines } from './wire-lines.ts'

/** What to run. */
export interface RunOptions {
  /** What was typed, for `npm run stop` to name. */
  what: string
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
    const command = options.what.split(' ').slice(0, 4).join(' ')
    throw new UserError(`That step has one program only. It is: ${command} [instances] [wire]`)
  }
  const wayOut = new WayOut()
  const printer = new Printer()
  const keeping = joinKeeper(options.what, (line) => printer.say(line))
  const leave = () => void keeping.then((keeper) => keeper.leave()).catch(() => {})
  try {
    // Ctrl+C while a Redis is still being fetched: whoever fetches it notices that we left.
    const redis = await Promise.race([
      wayOut.asked.promise,
      keeping.then((keeper) => findRunRedis(keeper, (line) => printer.say(line))),
    ])
    if (!redis) return 0
    return await runOn(redis, await keeping, { ...options, wayOut, printer })
  } finally {
    leave()
    wayOut.close()
  }
}

interface Running extends RunOptions {
  wayOut: WayOut
  printer: Printer
}

async function runOn(redis: RunRedis, keeper: Keeper, options: Running): Promise<number> {
  const { printer, wayOut, folder, entries } = options
  const interactive = isInteractive()
  const ended = new Deferred<number>()
  const onIdle = () => {
    if (interactive) printer.say('Nothing is running. Save a file to start again, or press q')
    else ended.resolve(run.crew.failed ? 1 : 0)
  }
  const onError = ended.reject
  const run = await StepRun.open({
    redis,
    keeper,
    folder,
    entries,
    audience: printer,
    onIdle,
    onError,
  })
  const wire = new WireLines(run.taps.recording, printer, options.wire)
  const controls = new Controls({ run, wire, printer, wayOut })
  const release = interactive ? await controls.take() : () => {}
  run.attempt(run.crew.open(options.instances, options.workers ?? 1))
  try {
    await Promise.race([wayOut.asked.promise, ended.promise, lost(keeper)])
    return await Promise.race([ended.promise, 0])
  } finally {
    await run.ignoreSaves()
    await sayFarewell(run.crew, options)
    release()
    await run.close()
  }
}

// Ends with exit code 0 also after Ctrl+C and signals: the learner did what the lesson
// says, and npm would call everything else an error over six lines.
async function sayFarewell(crew: Crew, { printer, wayOut }: Running): Promise<void> {
  void wayOut.hurried.promise.then(() => crew.kill())
  const timer = setTimeout(() => {
    const names = crew.names().join(', ')
    if (names) printer.say(`Waiting for ${names} to end; Ctrl+C does not wait`)
  }, 1000)
  await crew.close()
  clearTimeout(timer)
}
