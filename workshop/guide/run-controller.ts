import { UserError, errorMessage } from '../errors.ts'
import { type Step, findStep, requireRunnableStep } from '../course/index.ts'
import { type DaemonClient, connectToDaemon } from '../session/daemon-client.ts'
import {
  type InstanceSlot,
  RunSession,
  resolveRunRedis,
  rejectOnDaemonLoss,
} from '../session/index.ts'
import { DeviceProxies } from './device-proxies.ts'
import { LogBuffer } from './log-buffer.ts'
import type { InstanceInfo, RunInfo } from './protocol.ts'
import { TrafficFeed } from './traffic-feed.ts'

/** What to run. */
export interface StartRequest {
  slug: string
  solution: boolean
  instances: number
  workers: number
}

/** A run that was asked for, and what there is of it by now. */
export interface CurrentRun extends StartRequest {
  phase: Exclude<RunInfo['phase'], 'ended'>
  /** No instance runs, and none is about to start. */
  idle: boolean
  redis: string
  entries: string[]
  needsCluster: boolean
  run: RunSession | undefined
  devices: DeviceProxies | undefined
}

/** The one run that all pages look at. What begins or ends it happens one after the other. */
export class RunController {
  current: CurrentRun | undefined
  /** Counts the runs. */
  runNumber = 0
  log: LogBuffer
  traffic: TrafficFeed | undefined
  private daemon: DaemonClient | undefined
  private queue: Promise<void> = Promise.resolve()

  /** @param onChange called when anything about the run is different */
  constructor(private readonly onChange: () => void) {
    this.log = new LogBuffer(onChange)
  }

  /** Ends what runs, and starts this. */
  start(request: StartRequest): Promise<void> {
    return this.enqueue(async () => {
      const { slug, solution } = request
      // Looked up first: a mistaken request ends nothing.
      const step = await (solution ? findStep(slug) : requireRunnableStep(slug))
      await this.end()
      await this.begin(request, step)
    })
  }

  /** Ends what runs. */
  stop(): Promise<void> {
    return this.enqueue(() => this.end())
  }

  /** Publishes a message by hand, on a connection that is recorded as that of `you`. */
  publish(channel: string, message: string): Promise<void> {
    const { proxies, cluster } = this.running
    return this.enqueue(async () => {
      const { createClient } = await import('redis')
      const { REDIS_URL = '' } = await proxies.add('you')
      const url = (await cluster?.urlFor('you', channel)) ?? REDIS_URL
      const client = createClient({ url, socket: { reconnectStrategy: false } })
      client.on('error', () => {}) // It rejects connect() as well.
      try {
        await client.connect()
        await (cluster ? client.sPublish(channel, message) : client.publish(channel, message))
      } catch (error) {
        throw new UserError(`The message could not be published: ${errorMessage(error)}`)
      } finally {
        client.destroy()
        await proxies.remove('you')
      }
    })
  }

  /** What runs. @throws UserError when nothing does */
  get running(): RunSession {
    const run = this.current?.run
    if (!run) throw new UserError('Nothing is running. Start the step first')
    return run
  }

  /** The place of an instance. @throws UserError when there is none */
  slot(name: string): InstanceSlot {
    const slot = this.running.instances.find(name)
    if (!slot) throw new UserError(`There is no instance ${name} here any more`)
    return slot
  }

  /** For the pages. */
  get info(): RunInfo | undefined {
    const { current } = this
    if (!current) return undefined
    const { slug, solution, redis, entries, run, devices } = current
    const { buildErrors } = this.log
    const slots = run?.instances.slots ?? []
    if (slots.some(({ instance }) => instance)) current.idle = false
    const hasEnded = current.phase === 'running' && current.idle
    return {
      slug,
      solution,
      phase: hasEnded ? 'ended' : current.phase,
      buildErrors,
      redis,
      entries,
      redisDown: run?.proxies.redisDown ?? false,
      nodes: run?.cluster?.nodes ?? [],
      instances: slots.map((slot) => instanceInfo(slot, buildErrors.length > 0)),
      url: run?.router.url,
      devices: devices?.infos ?? [],
    }
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.stop()
    this.daemon?.close()
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.queue.then(task)
    this.queue = done.catch(() => {})
    return done
  }

  private async begin(
    request: StartRequest,
    { entries, folder, solution, needsCluster }: Step,
  ): Promise<void> {
    this.runNumber += 1
    this.traffic?.close()
    this.traffic = undefined
    this.log = new LogBuffer(this.onChange)
    const nothing = { idle: false, run: undefined, devices: undefined }
    const current: CurrentRun = {
      ...request,
      phase: 'starting',
      redis: '',
      entries,
      needsCluster,
      ...nothing,
    }
    this.current = current
    this.onChange()
    try {
      await this.open(current, request.solution ? solution : folder)
    } catch (error) {
      await this.end()
      throw error
    }
  }

  private async open(current: CurrentRun, folder: string): Promise<void> {
    const { log, onChange } = this
    const daemon = await this.connectedDaemon()
    const redis = await resolveRunRedis(daemon, current.needsCluster, (line) => {
      current.redis = line
      onChange()
    })
    const onError = (error: unknown) => this.report(error)
    const { entries, instances, workers } = current
    const run = await RunSession.open({
      redis,
      daemon,
      folder,
      entries,
      reporter: log,
      onIdle: () => {
        current.idle = true
        log.message('Every instance has ended. Save a file, or restart one')
      },
      onChange: () => this.onRunChange(current),
      onError,
    })
    this.traffic = new TrafficFeed(run.proxies.recording, onChange)
    current.run = run
    await run.instances.start(instances, entries.length > 1 ? workers : 0)
    current.phase = 'running'
    onChange()
  }

  private async end(): Promise<void> {
    const { current } = this
    if (!current) return
    current.phase = 'ending'
    this.onChange()
    await current.run?.stopWatching()
    await current.run?.instances.close()
    for (const { name } of current.run?.instances.slots ?? []) this.daemon?.releaseName(name)
    await current.devices?.close()
    await current.run?.close()
    this.current = undefined
    this.onChange()
  }

  private onRunChange(current: CurrentRun): void {
    const { run } = current
    if (!run) return
    if (run.router.url && !current.devices) {
      const devices = new DeviceProxies(() => run.instances.backends(), this.onChange)
      current.devices = devices
      run.inBackground(devices.open())
    }
    current.devices?.clearEnded(run.instances.runningNames())
    this.onChange()
  }

  private async connectedDaemon(): Promise<DaemonClient> {
    if (this.daemon) return this.daemon
    const daemon = await connectToDaemon('npm start', (line) => this.log.message(line))
    this.daemon = daemon
    rejectOnDaemonLoss(daemon).catch((error: unknown) => {
      this.daemon = undefined
      this.report(error)
      void this.stop()
    })
    return daemon
  }

  // No caller waits for it: the page shows it.
  private report(error: unknown): void {
    this.log.message(errorMessage(error))
    if (!(error instanceof UserError)) console.error(error)
  }
}

function instanceInfo(slot: InstanceSlot, outdated: boolean): InstanceInfo {
  const { name, instance, exitText } = slot
  const ended = instance ? '' : exitText
  return { name, state: stateOf(slot), outdated, pid: instance?.pid, ended }
}

function stateOf({ instance, paused, lastExit }: InstanceSlot): InstanceInfo['state'] {
  if (!instance) return lastExit?.signal === 'SIGKILL' ? 'killed' : 'ended'
  if (paused) return 'frozen'
  if (instance.isStopping) return 'stopping'
  return instance.hasShownLife ? 'running' : 'starting'
}
