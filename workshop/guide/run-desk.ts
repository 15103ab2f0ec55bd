import { UserError, messageOf } from '../errors.ts'
import { findStep, lookUpStep } from '../course/index.ts'
import type { Keeper } from '../supervisor/keeper-talk.ts'
import { joinKeeper } from '../supervisor/keeper-link.ts'
import { type Post, StepRun, findRunRedis, lost } from '../supervisor/run/index.ts'
import { Devices } from './devices.ts'
import { LogBook } from './log-book.ts'
import type { InstanceInfo, RunInfo } from './protocol.ts'
import { WireFeed } from './wire-feed.ts'

/** What to run. */
export interface Wish {
  slug: string
  solution: boolean
  instances: number
  workers: number
}

/** A run that was asked for, and what there is of it by now. */
export interface Current extends Wish {
  phase: RunInfo['phase']
  redis: string
  entries: string[]
  run: StepRun | undefined
  devices: Devices | undefined
}

/** The one run that all pages look at. What begins or ends it happens one after the other. */
export class RunDesk {
  current: Current | undefined
  /** Counts the runs. */
  number = 0
  book: LogBook
  feed: WireFeed | undefined
  private keeper: Keeper | undefined
  private work: Promise<void> = Promise.resolve()

  /** @param onNews called when anything about the run is different */
  constructor(private readonly onNews: () => void) {
    this.book = new LogBook(onNews)
  }

  /** Ends what runs, and starts this. */
  start(wish: Wish): Promise<void> {
    return this.next(async () => {
      await this.end()
      await this.begin(wish)
    })
  }

  /** Ends what runs. */
  stop(): Promise<void> {
    return this.next(() => this.end())
  }

  /** What runs. @throws UserError when nothing does */
  get running(): StepRun {
    const run = this.current?.run
    if (!run) throw new UserError('Nothing is running. Start the step first')
    return run
  }

  /** The place of an instance. @throws UserError when there is none */
  place(name: string): Post {
    const post = this.running.crew.find(name)
    if (!post) throw new UserError(`There is no instance ${name} here any more`)
    return post
  }

  /** For the pages. */
  get info(): RunInfo | undefined {
    const { current } = this
    if (!current) return undefined
    const { slug, solution, phase, redis, entries, run, devices } = current
    const places = run?.crew.places ?? []
    return {
      slug,
      solution,
      phase,
      redis,
      entries,
      away: run?.taps.away ?? false,
      instances: places.map(infoOf),
      url: run?.frontDoor.url,
      devices: devices?.infos ?? [],
    }
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.stop()
    this.keeper?.leave()
  }

  private next(task: () => Promise<void>): Promise<void> {
    const done = this.work.then(task)
    this.work = done.catch(() => {})
    return done
  }

  private async begin(wish: Wish): Promise<void> {
    const step = await (wish.solution ? lookUpStep(wish.slug) : findStep(wish.slug))
    const { entries, folder, solution } = step
    this.number += 1
    this.feed?.close()
    this.feed = undefined
    this.book = new LogBook(this.onNews)
    const nothing = { run: undefined, devices: undefined }
    const current: Current = { ...wish, phase: 'starting', redis: '', entries, ...nothing }
    this.current = current
    this.onNews()
    try {
      await this.open(current, wish.solution ? solution : folder)
    } catch (error) {
      await this.end()
      throw error
    }
  }

  private async open(current: Current, folder: string): Promise<void> {
    const { book, onNews } = this
    const keeper = await this.joined()
    const redis = await findRunRedis(keeper, (line) => {
      current.redis = line
      onNews()
    })
    const onError = (error: unknown) => this.report(error)
    const { entries, instances, workers } = current
    const run = await StepRun.open({
      redis,
      keeper,
      folder,
      entries,
      audience: book,
      onIdle: () => book.say('Nothing is running. Save a file, or restart an instance'),
      onChange: () => this.noteChange(current),
      onError,
    })
    this.feed = new WireFeed(run.taps.recording, onNews)
    current.run = run
    await run.crew.open(instances, entries.length > 1 ? workers : 0)
    current.phase = 'running'
    onNews()
  }

  private async end(): Promise<void> {
    const { current } = this
    if (!current) return
    current.phase = 'ending'
    this.onNews()
    await current.run?.ignoreSaves()
    await current.run?.crew.close()
    for (const post of current.run?.crew.places ?? []) this.keeper?.free(post.name)
    await current.devices?.close()
    await current.run?.close()
    this.current = undefined
    this.onNews()
  }

  private noteChange(current: Current): void {
    const { run } = current
    if (!run) return
    if (run.frontDoor.url && !current.devices) {
      const devices = new Devices(() => run.crew.serving(), this.onNews)
      current.devices = devices
      run.attempt(devices.open())
    }
    current.devices?.forget(run.crew.names())
    this.onNews()
  }

  private async joined(): Promise<Keeper> {
    if (this.keeper) return this.keeper
    const keeper = await joinKeeper('npm start', (line) => this.book.say(line))
    this.keeper = keeper
    lost(keeper).catch((error: unknown) => {
      this.keeper = undefined
      this.report(error)
      void this.stop()
    })
    return keeper
  }

  // Nobody waits for it; whoever looks at the page reads it there.
  private report(error: unknown): void {
    this.book.say(messageOf(error))
    if (!(error instanceof UserError)) console.error(error)
  }
}

function infoOf({ name, entry, instance, frozen, ending }: Post): InstanceInfo {
  const state = !instance ? 'ended' : frozen ? 'frozen' : 'running'
  return { name, entry, state, pid: instance?.pid, ended: instance ? '' : ending }
}
