import { basename } from 'node:path'
import { UserError } from '../../errors.ts'
import { chooseRedis } from '../../redis/index.ts'
import type { Keeper } from '../keeper-talk.ts'
import type { Audience } from './audience.ts'
import { Crew } from './crew.ts'
import { FrontDoor } from './front-door.ts'
import { type RunRedis, Taps } from './taps.ts'
import { watchFolder } from './watch.ts'

/** What a run of a step needs. */
export interface StepRunOptions {
  redis: RunRedis
  keeper: Keeper
  /** Where the programs are, absolute, and which they are. */
  folder: string
  entries: string[]
  audience: Audience
  /** Called when no instance runs any more and nothing is about to start one. */
  onIdle: () => void
  /** Called when something about an instance or the router changes. */
  onChange?: () => void
  /** Called with what goes wrong where nobody waits. */
  onError: (error: unknown) => void
}

/** A step that runs: its instances, what is between them and Redis, and their router. */
export class StepRun {
  readonly taps: Taps
  readonly crew: Crew
  readonly frontDoor: FrontDoor
  private unwatch = async (): Promise<void> => {}

  private constructor(private readonly options: StepRunOptions) {
    const { redis, audience, onChange = () => {} } = options
    this.taps = new Taps(redis)
    this.crew = new Crew({
      ...options,
      taps: this.taps,
      onChange: () => {
        this.attempt(this.frontDoor.look())
        onChange()
      },
    })
    this.frontDoor = new FrontDoor(this.crew, audience, (port) => {
      this.tellKeeper(port)
      onChange()
    })
  }

  /** Gets everything ready, and starts again whenever a file is saved. No instance runs yet. */
  static async open(options: StepRunOptions): Promise<StepRun> {
    const run = new StepRun(options)
    const onSave = (file: string) => run.attempt(run.crew.reload(file))
    run.unwatch = await watchFolder(options.folder, onSave)
    return run
  }

  // Slides show the page of a step that runs in another terminal.
  private tellKeeper(port: number): void {
    this.options.keeper.opened(basename(this.options.folder), port)
  }

  /** Begins something nobody waits for. */
  attempt(task: Promise<void>): void {
    void task.catch(this.options.onError)
  }

  /** Leaves the files alone from now on. */
  async ignoreSaves(): Promise<void> {
    await this.unwatch()
  }

  /** Ends router and taps; the instances must have ended. */
  async close(): Promise<void> {
    this.tellKeeper(0)
    await this.frontDoor.close()
    await this.taps.close()
  }
}

/**
 * The Redis of a run: the one of REDIS_URL, or the one all runners of this clone share.
 *
 * @param say is told which it is
 * @throws UserError when there is none to be had
 */
export async function findRunRedis(
  keeper: Keeper,
  say: (line: string) => void,
): Promise<RunRedis> {
  const given = process.env['REDIS_URL'] ? await chooseRedis() : undefined
  if (given) {
    say(given.describe)
    const { host, port, tls } = given.upstream
    return { host, port, tls, url: given.url }
  }
  const shared = await keeper.redis()
  say(shared.describe)
  return { ...shared, tls: false }
}

/** Rejects when the Redis of a run is gone because its keeper was killed. */
export async function lost(keeper: Keeper): Promise<never> {
  await keeper.gone
  throw new UserError('Redis is gone: the process that kept it was killed. Run this again')
}
